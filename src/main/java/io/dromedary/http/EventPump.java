package io.dromedary.http;

import io.dromedary.api.EventSource;
import io.dromedary.call.Call;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream of server-sent events to a client: each push is one write and one flush, a slow client pauses the
 * source, a quiet source is bridged with comments, and a client that leaves cancels the source.
 */
final class EventPump implements EventSource.Sink {
    private static final byte[] KEEP_ALIVE = ": keepalive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServerResponse response;
    private final Call call;
    private final Runnable ended;
    private final Runnable written;
    private @Nullable EventSource source;
    private long lastNanos;
    private boolean over;
    private boolean paused;

    /**
     * Writes nothing yet.
     *
     * @param ended told when the source has said its last
     * @param written told when that has been handed over to the network
     */
    EventPump(HttpServerResponse response, Call call, Runnable ended, Runnable written) {
        this.response = response;
        this.call = call;
        this.ended = ended;
        this.written = written;
        this.lastNanos = System.nanoTime();
    }

    void run(EventSource events) {
        source = events;
        if (over) {
            events.cancel();
            return;
        }
        events.start(this);
    }

    @Override
    public void write(byte[] events) {
        if (over) {
            return;
        }
        lastNanos = System.nanoTime();
        call.sent(events);
        response.write(Bytes.wrap(events));
        if (response.writeQueueFull() && !paused && source != null) {
            paused = true;
            source.pause();
            response.drainHandler(nothing -> drained());
        }
    }

    private void drained() {
        paused = false;
        if (!over && source != null) {
            source.resume();
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        over = true;
        ended.run();
        response.end().onComplete(sent -> written.run());
    }

    /** Sends a comment when nothing was sent for so long: proxies and clients then know that the stream lives. */
    void bridge(long nowNanos, long everyNanos) {
        if (!over && nowNanos - lastNanos >= everyNanos && !response.writeQueueFull()) {
            lastNanos = nowNanos;
            response.write(Buffer.buffer(KEEP_ALIVE));
        }
    }

    /**
     * The client left.
     *
     * @param afterwards told when the source is over, where it goes on for others
     * @return whether it does
     */
    boolean left(Runnable afterwards) {
        over = true;
        return source != null && source.detach(afterwards);
    }
}
