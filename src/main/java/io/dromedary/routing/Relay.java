package io.dromedary.routing;

import io.dromedary.api.EventSource;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.JoinedStream;
import io.dromedary.api.chat.Successor;
import io.dromedary.api.sse.SseFrame;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.AttemptEvents;
import io.dromedary.backend.AttemptFailure;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The stream that a caller gets, whichever attempts it is made of. As long as the first one lasts, its events pass through
 * as they are, and are remembered where another could go on.
 */
final class Relay implements EventSource, AttemptEvents.Receiver {
    private static final int MAX_EVENT = 16 << 20;

    /** Who decides what comes after a break. */
    interface Owner {
        /** The attempt whose events came is over. */
        void broke(AttemptFailure failure);

        /** What came of the attempt is not what the caller has seen; it is to be stopped. */
        void diverged();

        void ended();
    }

    private final Memory memory;
    private final Owner owner;

    private AttemptEvents events;
    private @Nullable Sink sink;
    private @Nullable JoinedStream sent;
    private @Nullable SseParser parser;
    private @Nullable Successor successor;
    private long remembered;
    private boolean paused;
    private boolean over;

    /** @param remembering another attempt might go on where this one breaks */
    Relay(AttemptEvents events, boolean remembering, Memory memory, Owner owner) {
        this.events = events;
        this.memory = memory;
        this.owner = owner;
        if (remembering) {
            sent = new JoinedStream();
            parser = new SseParser(MAX_EVENT);
        }
    }

    /** What the caller has seen, where it is remembered. */
    @Nullable
    JoinedStream sent() {
        return sent;
    }

    /** The caller has seen something of the attempt whose events come now. */
    boolean shows() {
        return successor == null || successor.caughtUp();
    }

    /** Goes on with the events of another attempt. */
    void follow(AttemptEvents next, Successor joined) {
        events = next;
        successor = joined;
        parser = new SseParser(MAX_EVENT);
        if (sink != null) {
            begin();
        }
    }

    private void begin() {
        events.start(this);
        if (paused) {
            events.pause();
        }
    }

    @Override
    public void start(Sink to) {
        sink = to;
        begin();
    }

    @Override
    public void write(byte[] bytes) {
        if (over || sink == null) {
            return;
        }
        var joined = successor;
        if (joined == null) {
            remember(bytes);
            sink.write(bytes);
        } else {
            join(bytes, joined);
        }
    }

    private void remember(byte[] bytes) {
        var stream = sent;
        if (stream == null || parser == null) {
            return;
        }
        if (!memory.take(bytes.length)) {
            forget();
            return;
        }
        remembered += bytes.length;
        parser.feed(bytes, 0, bytes.length, stream::sent);
    }

    private void join(byte[] bytes, Successor joined) {
        var out = new ByteArrayOutputStream(bytes.length);
        if (parser != null) {
            parser.feed(bytes, 0, bytes.length, (buffer, offset, length) -> {
                for (var chunk : joined.add(buffer, offset, length)) {
                    out.writeBytes(SseFrame.of(chunk));
                }
            });
        }
        if (joined.diverged()) {
            owner.diverged();
        } else if (out.size() > 0 && sink != null) {
            sink.write(out.toByteArray());
        }
    }

    @Override
    public void end() {
        if (over || sink == null) {
            return;
        }
        if (successor != null) {
            if (!successor.caughtUp()) {
                owner.diverged();
                return;
            }
            sink.write(SseFrame.done());
        }
        finish();
    }

    @Override
    public void broke(AttemptFailure failure) {
        if (!over) {
            owner.broke(failure);
        }
    }

    /** Nobody goes on: the error event that ends the stream. */
    void cut(byte[] event) {
        if (over) {
            return;
        }
        if (sink == null) {
            // nobody reads yet; the events so far went with the attempt that held them
            events = new Ended(event);
            return;
        }
        sink.write(event);
        finish();
    }

    private void finish() {
        over = true;
        forget();
        owner.ended();
        if (sink != null) {
            sink.end();
        }
    }

    private void forget() {
        memory.giveBack(remembered);
        remembered = 0;
        sent = null;
        if (successor == null) {
            parser = null;
        }
    }

    /** Of the whole stream, where the attempt that gives its end reports so much. */
    @Nullable
    Usage usage(@Nullable Usage own) {
        return own == null || successor == null ? own : successor.usage(own);
    }

    @Override
    public void pause() {
        paused = true;
        events.pause();
    }

    @Override
    public void resume() {
        paused = false;
        events.resume();
    }

    @Override
    public void cancel() {
        over = true;
        forget();
        events.cancel();
    }

    /** Nothing but an error event. */
    private record Ended(byte[] event) implements AttemptEvents {
        @Override
        public void start(Receiver to) {
            to.write(event);
            to.end();
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    }
}
