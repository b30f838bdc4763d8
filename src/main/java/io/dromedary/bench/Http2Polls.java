package io.dromedary.bench;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A client that asks for all of its paths at once, again and again, on one connection of HTTP/2. */
final class Http2Polls implements AutoCloseable {
    private static final long DRAIN_SECONDS = 10;

    private final EventLoop loop;
    private final List<Http2Headers> requests;
    private final Answers answers = new Answers();
    private final Channel channel;
    private @Nullable Run run;

    private Http2Polls(Sockets sockets, Contender asked, List<String> paths) {
        loop = sockets.loop();
        requests = paths.stream().map(path -> headers(asked, path)).toList();
        var connected = sockets.connect(asked.port(), new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opening) {
                var codec = Http2FrameCodecBuilder.forClient()
                        // more than the server takes at once wait here
                        .encoderEnforceMaxConcurrentStreams(true)
                        .build();
                opening.pipeline().addLast(codec, answers);
            }
        });
        channel = connected.syncUninterruptibly().channel();
    }

    private static Http2Headers headers(Contender asked, String path) {
        return new DefaultHttp2Headers()
                .method(HttpMethod.GET.asciiName())
                .scheme("http")
                .authority(Sockets.HOST + ":" + asked.port())
                .path(path)
                .set("authorization", "Bearer " + asked.key());
    }

    static Http2Polls connect(Sockets sockets, Contender asked, List<String> paths) {
        return new Http2Polls(sockets, asked, paths);
    }

    /** Asks for all of them so many times a second, and waits for the answers that are still under way. */
    Measured run(double timesPerSecond, double seconds) {
        var result = new CompletableFuture<Measured>();
        loop.execute(() -> {
            run = new Run(Schedule.from(System.nanoTime(), timesPerSecond, seconds), result);
            run.step();
        });
        return result.join();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    /** On the event loop only. */
    private final class Run {
        final Schedule schedule;
        final CompletableFuture<Measured> result;
        final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);

        /** What is asked, and since when. */
        final Map<Http2FrameStream, Long> busy = new HashMap<>();

        long next;
        long failed;
        String firstFailure = "";

        Run(Schedule schedule, CompletableFuture<Measured> result) {
            this.schedule = schedule;
            this.result = result;
            Sockets.at(loop, schedule.end() + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS), this::complete);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what goes wrong is a request without an answer
        void step() {
            var now = System.nanoTime();
            if (schedule.over(next, now)) {
                completeWhenQuiet();
                return;
            }
            var due = schedule.due(next++, now);
            for (var request : requests) {
                var stream = answers.newStream();
                busy.put(stream, due);
                channel.write(new DefaultHttp2HeadersFrame(request, true).stream(stream));
            }
            channel.flush();
            Sockets.at(loop, schedule.due(next, now), this::step);
        }

        void ended(Http2FrameStream stream, String status) {
            var due = busy.remove(stream);
            if (due == null) {
                return;
            }
            var now = System.nanoTime();
            if (status.startsWith("2")) {
                latency.recordValue(Math.clamp(now - due, 0, latency.getHighestTrackableValue()));
            } else {
                failed++;
                firstFailure = firstFailure.isEmpty() ? status : firstFailure;
            }
            if (schedule.over(next, now)) {
                completeWhenQuiet();
            }
        }

        private void completeWhenQuiet() {
            if (busy.isEmpty()) {
                complete();
            }
        }

        private void complete() {
            if (run == this) {
                run = null;
                failed += busy.size();
                var seconds = (System.nanoTime() - schedule.start()) / 1e9;
                result.complete(new Measured(
                        latency,
                        new Histogram(TimeUnit.MINUTES.toNanos(1), 3),
                        latency.getTotalCount(),
                        failed,
                        seconds,
                        firstFailure));
            }
        }
    }

    private final class Answers extends Http2ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
            try {
                var now = run;
                if (now == null) {
                    return;
                }
                switch (message) {
                    case Http2HeadersFrame answer ->
                        now.ended(answer.stream(), answer.headers().status().toString());
                    case Http2ResetFrame reset -> now.ended(reset.stream(), "reset by " + reset.errorCode());
                    default -> {}
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }
}
