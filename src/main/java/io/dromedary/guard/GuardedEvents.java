package io.dromedary.guard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.EventSource;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseFrame;
import io.dromedary.api.sse.SseParser;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of a chat completion whose texts pass a guard on their way; it ends with an error event where they may not. */
final class GuardedEvents implements EventSource, EventSource.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedEvents.class);
    private static final int MAX_EVENT = 16 << 20;
    private static final int LENGTH_OF_DONE = 6;

    private final EventSource events;
    private final ChunkTexts texts;
    private final Consumer<Refusal> blocked;
    private final SseParser parser = new SseParser(MAX_EVENT);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private @Nullable Sink sink;
    private boolean over;

    GuardedEvents(EventSource events, ChunkTexts texts, Consumer<Refusal> blocked) {
        this.events = events;
        this.texts = texts;
        this.blocked = blocked;
    }

    @Override
    public void start(Sink to) {
        sink = to;
        events.start(this);
    }

    @Override
    public void pause() {
        events.pause();
    }

    @Override
    public void resume() {
        events.resume();
    }

    @Override
    public void cancel() {
        over = true;
        events.cancel();
    }

    @Override
    public void write(byte[] bytes) {
        if (over) {
            return;
        }
        try {
            parser.feed(bytes, 0, bytes.length, this::event);
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        flush();
    }

    /** Whatever goes wrong, the stream gets an end. */
    private void fail(RuntimeException cause) {
        if (cause instanceof RefusedException refused) {
            block(refused.refusal());
        } else {
            LOG.error("a stream could not be guarded", cause);
            block(Unreadable.ANSWER);
        }
    }

    private void event(byte[] buffer, int offset, int length) {
        if (length == LENGTH_OF_DONE && buffer[offset] == '[') {
            rest();
            out.writeBytes(SseFrame.done());
            return;
        }
        if (!(Json.read(buffer, offset, length) instanceof ObjectNode chunk)) {
            throw Unreadable.answer();
        }
        if (chunk.hasNonNull("error")) {
            rest();
            write(chunk);
        } else {
            texts.chunk(chunk).forEach(this::write);
        }
    }

    private void rest() {
        texts.rest().forEach(this::write);
    }

    private void write(ObjectNode chunk) {
        out.writeBytes(SseFrame.of(Json.bytesOfAny(chunk)));
    }

    private void flush() {
        if (out.size() > 0 && sink != null) {
            var ready = out.toByteArray();
            out.reset();
            sink.write(ready);
        }
    }

    /** What was found clean goes out still; nothing after it does. */
    private void block(Refusal refusal) {
        over = true;
        events.cancel();
        blocked.accept(refusal);
        out.writeBytes(ErrorBody.event(refusal));
        flush();
        if (sink != null) {
            sink.end();
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        try {
            parser.end(this::event);
            rest();
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        over = true;
        flush();
        if (sink != null) {
            sink.end();
        }
    }
}
