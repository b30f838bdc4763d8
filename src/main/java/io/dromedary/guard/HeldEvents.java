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
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of a chat completion that a guard outside is to see first: it judges the whole of it, so that nothing goes out
 * before its end. The caller is told that the stream lives, as of any that is silent.
 */
final class HeldEvents implements EventSource, EventSource.Sink {
    private static final int MAX_EVENT = 16 << 20;
    private static final int LENGTH_OF_DONE = 6;
    private static final int MOST_HELD = 16 << 20;

    private final EventSource events;
    private final OutsideGuard guard;
    private final Executor loop;
    private final Consumer<Refusal> blocked;
    private final SseParser parser = new SseParser(MAX_EVENT);
    private final TextsOfAnswer texts = new TextsOfAnswer();
    private final ChunkTexts reading = texts.reading();

    /** What is to go out: chunks, and what is none as it is. */
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();

    private @Nullable Sink sink;
    private boolean over;

    HeldEvents(EventSource events, OutsideGuard guard, Executor loop, Consumer<Refusal> blocked) {
        this.events = events;
        this.guard = guard;
        this.loop = loop;
        this.blocked = blocked;
    }

    @Override
    public void start(Sink to) {
        sink = to;
        events.start(this);
    }

    /** Nothing is pushed before its end, and then all of it at once. */
    @Override
    public void pause() {}

    @Override
    public void resume() {}

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
            parser.feed(bytes, 0, bytes.length, this::read);
        } catch (RuntimeException e) {
            events.cancel();
            block(Unreadable.ANSWER);
            return;
        }
        held.writeBytes(bytes);
        if (held.size() > MOST_HELD) {
            events.cancel();
            block(new Refusal.BadRequest(
                    "The answer is longer than what a guard outside is shown. Ask for less of it.",
                    "output",
                    "guard_blocked"));
        }
    }

    private void read(byte[] buffer, int offset, int length) {
        if (Json.read(buffer, offset, length) instanceof ObjectNode chunk) {
            reading.chunk(chunk);
        } else if (length != LENGTH_OF_DONE || buffer[offset] != '[') {
            throw Unreadable.answer();
        }
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        parser.end(this::read);
        guard.look(texts.all()).whenComplete((instead, failure) -> loop.execute(() -> judged(instead, failure)));
    }

    private void judged(@Nullable Map<String, String> instead, @Nullable Throwable failure) {
        if (over || sink == null) {
            return;
        }
        if (instead == null) {
            var cause = failure instanceof CompletionException ? failure.getCause() : failure;
            block(cause instanceof RefusedException refused ? refused.refusal() : new Refusal.Internal());
            return;
        }
        over = true;
        sink.write(instead.isEmpty() ? held.toByteArray() : replaced(instead));
        sink.end();
    }

    private byte[] replaced(Map<String, String> instead) {
        var out = new ByteArrayOutputStream();
        var whole = texts.replacing(instead);
        var again = new SseParser(MAX_EVENT);
        var bytes = held.toByteArray();
        SseParser.Listener each = (buffer, offset, length) -> {
            if (Json.read(buffer, offset, length) instanceof ObjectNode chunk) {
                whole.chunk(chunk).forEach(one -> out.writeBytes(SseFrame.of(Json.bytesOfAny(one))));
            } else {
                out.writeBytes(SseFrame.done());
            }
        };
        again.feed(bytes, 0, bytes.length, each);
        again.end(each);
        return out.toByteArray();
    }

    private void block(Refusal refusal) {
        over = true;
        blocked.accept(refusal);
        if (sink != null) {
            sink.write(ErrorBody.event(refusal));
            sink.end();
        }
    }
}
