package io.dromedary.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.EventSource;
import io.dromedary.call.Call;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A streamed reply that a test plays event by event, from its own thread. */
final class PlayedReply implements EventSource {
    final Call call;
    final String body;
    final AtomicInteger pauses = new AtomicInteger();
    final AtomicInteger resumes = new AtomicInteger();
    final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final CompletableFuture<Sink> started = new CompletableFuture<>();

    PlayedReply(Call call, String body) {
        this.call = call;
        this.body = body;
    }

    /** Says an event, in the frame that it has over HTTP. */
    PlayedReply event(String type, String members) {
        return raw("event: " + type + "\ndata: {\"type\":\"" + type + "\"" + members + "}\n\n");
    }

    PlayedReply raw(String frames) {
        var sink = sink();
        call.loop().execute(() -> sink.write(frames.getBytes(UTF_8)));
        return this;
    }

    void end() {
        var sink = sink();
        call.loop().execute(sink::end);
    }

    /** The shortest that there is. */
    void complete() {
        event("response.created", "")
                .event("response.completed", "")
                .raw("data: [DONE]\n\n")
                .end();
    }

    /** Says one event after the other until it is paused, or so many were said; gives how many. */
    int flood(int most, String members) throws Exception {
        var sink = sink();
        var said = new CompletableFuture<Integer>();
        call.loop().execute(() -> {
            var count = 0;
            while (count < most && pauses.get() == resumes.get()) {
                sink.write(("event: x\ndata: {\"type\":\"x\",\"n\":" + count + members + "}\n\n").getBytes(UTF_8));
                count++;
            }
            said.complete(count);
        });
        return said.get(20, TimeUnit.SECONDS);
    }

    boolean isStarted() {
        return started.isDone();
    }

    private Sink sink() {
        try {
            return started.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("nobody listens", e);
        }
    }

    @Override
    public void start(Sink sink) {
        started.complete(sink);
    }

    @Override
    public void pause() {
        pauses.incrementAndGet();
    }

    @Override
    public void resume() {
        resumes.incrementAndGet();
    }

    private final AtomicBoolean once = new AtomicBoolean();

    @Override
    public void cancel() {
        if (!once.compareAndSet(false, true)) {
            throw new AssertionError("cancelled twice");
        }
        cancelled.complete(null);
    }
}
