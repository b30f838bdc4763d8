package io.dromedary.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/** Streams held open side by side, each on a connection of its own and read to its end. */
final class StreamLoad implements AutoCloseable {

    /**
     * Where the streams stand.
     *
     * @param firstTokens streams that have had a first token
     * @param open those of them that have not ended
     * @param finished streams that had every token and {@code [DONE]}
     * @param failed streams refused, broken, or short of a token
     * @param tokens on all streams so far
     * @param delay nanoseconds from the upstream's write to our read, since {@link #resetDelay()}
     * @param firstFailure what went wrong first, or empty
     */
    record Tally(
            int started,
            int firstTokens,
            int open,
            int finished,
            int failed,
            long tokens,
            Histogram delay,
            String firstFailure) {

        boolean over() {
            return finished + failed >= started;
        }
    }

    private final Sockets sockets;
    private final EventLoop loop;
    private final int port;
    private final ByteBuf request;
    private final int expected;
    private final List<Stream> streams = new ArrayList<>();
    private Histogram delay = histogram();
    private int firstTokens;
    private int open;
    private int finished;
    private int failed;
    private long tokens;
    private String firstFailure = "";

    StreamLoad(Sockets sockets, int port, byte[] request, int expected) {
        this.sockets = sockets;
        this.loop = sockets.loop();
        this.port = port;
        this.request = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(request.length).writeBytes(request).asReadOnly());
        this.expected = expected;
    }

    /** Opens streams as the schedule says; returns at once. */
    void open(Schedule schedule, int count) {
        loop.execute(() -> step(schedule, count));
    }

    private void step(Schedule schedule, int count) {
        var now = System.nanoTime();
        while (streams.size() < count && schedule.due(streams.size(), now) - now <= 0) {
            var stream = new Stream();
            streams.add(stream);
            sockets.connect(port, stream).addListener(connected -> {
                if (!connected.isSuccess()) {
                    stream.fail("connection refused");
                }
            });
        }
        if (streams.size() < count) {
            Sockets.at(loop, schedule.due(streams.size(), now), () -> step(schedule, count));
        }
    }

    Tally tally() {
        return onLoop(load ->
                new Tally(streams.size(), firstTokens, open, finished, failed, tokens, delay.copy(), firstFailure));
    }

    /** Looks ten times a second until the streams are where they should be, or the time is up. */
    Tally await(Predicate<Tally> reached, int seconds) throws InterruptedException {
        var giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        var tally = tally();
        while (!reached.test(tally) && System.nanoTime() - giveUp < 0) {
            TimeUnit.MILLISECONDS.sleep(100);
            tally = tally();
        }
        return tally;
    }

    void resetDelay() {
        onLoop(load -> delay = histogram());
    }

    /** Closes whatever is still open. */
    @Override
    public void close() {
        onLoop(load -> {
            streams.forEach(Stream::leave);
            return load;
        });
    }

    private <T> T onLoop(Function<StreamLoad, T> work) {
        return loop.submit(() -> work.apply(this)).syncUninterruptibly().getNow();
    }

    private static Histogram histogram() {
        return new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    }

    private final class Stream extends WireHandler implements TokenReader.Sink {
        private final TokenReader reader = new TokenReader(this);
        private int got;
        private boolean done;
        private boolean ended;

        @Override
        void opened() {
            send(request.duplicate());
        }

        @Override
        void closed() {
            fail("connection closed");
        }

        @Override
        public void head(byte[] bytes, int from, int to) {
            if (bytes[from + 9] != '2') {
                fail("status " + (char) bytes[from + 9] + (char) bytes[from + 10] + (char) bytes[from + 11]);
            }
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            reader.read(bytes, from, to);
        }

        @Override
        public void token(long sent) {
            if (got++ == 0) {
                firstTokens++;
                open++;
            }
            tokens++;
            delay.recordValue(Math.clamp(System.nanoTime() - sent, 0, delay.getHighestTrackableValue()));
        }

        @Override
        public void done() {
            done = true;
        }

        @Override
        public void end() {
            if (!done || got != expected) {
                fail("%d of %d tokens, %s [DONE]".formatted(got, expected, done ? "with" : "without"));
            } else if (!ended) {
                over();
                finished++;
            }
            leave();
        }

        private void fail(String problem) {
            if (ended) {
                return;
            }
            over();
            failed++;
            firstFailure = firstFailure.isEmpty() ? problem : firstFailure;
        }

        private void over() {
            ended = true;
            if (got > 0) {
                open--;
            }
        }

        private void leave() {
            ended = true;
            disconnect();
        }
    }
}
