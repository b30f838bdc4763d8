package io.dromedary.backend;

import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.AssembledCompletion;
import io.dromedary.api.sse.SseParser;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An attempt for a caller who wants the answer whole, made with a stream: a backend that falls silent is then found out by
 * its first token, and not by the end of an answer that never comes. Nothing is shown before all of it is here, so that
 * one which breaks at its last word is a failed attempt like any other.
 */
public final class AssemblingAttempt implements Attempt, Attempt.Verdict, AttemptEvents.Receiver {
    private static final int MAX_EVENT = 16 << 20;
    private static final int MAX_ANSWER = 64 << 20;

    private final Verdict verdict;
    private final Attempt stream;
    private final AssembledCompletion answer = new AssembledCompletion();
    private final SseParser parser = new SseParser(MAX_EVENT);
    private int size;
    private boolean over;

    /** @param stream makes the attempt that is told here */
    public AssemblingAttempt(Verdict verdict, Function<Verdict, Attempt> stream) {
        this.verdict = verdict;
        this.stream = stream.apply(this);
    }

    @Override
    public void send(@Nullable TraceContext span) {
        stream.send(span);
    }

    @Override
    public @Nullable CompletionStage<Boolean> asks() {
        return verdict.asks();
    }

    @Override
    public void begun(AttemptEvents events) {
        verdict.speaks();
        if (!over) {
            events.start(this);
        }
    }

    @Override
    public void write(byte[] events) {
        if (over) {
            return;
        }
        size += events.length;
        if (size > MAX_ANSWER) {
            stream.cancel();
            fail(new AttemptFailure.Broken("the answer is too large"));
            return;
        }
        parser.feed(events, 0, events.length, this::chunk);
    }

    private void chunk(byte[] buffer, int offset, int length) {
        answer.add(buffer, offset, length);
    }

    @Override
    public void end() {
        if (over) {
            return;
        }
        over = true;
        verdict.answered(Reply.Whole.json(200, answer.toBytes()));
    }

    @Override
    public void broke(AttemptFailure failure) {
        fail(failure);
    }

    @Override
    public boolean takesWhole() {
        return true;
    }

    /** A backend that was asked for a stream gave the answer whole. */
    @Override
    public void answered(Reply reply) {
        over = true;
        verdict.answered(reply);
    }

    @Override
    public void failed(AttemptFailure failure) {
        fail(failure);
    }

    private void fail(AttemptFailure failure) {
        if (!over) {
            over = true;
            verdict.failed(failure);
        }
    }

    @Override
    public boolean late() {
        return verdict.late();
    }

    @Override
    public void cancel() {
        over = true;
        stream.cancel();
    }

    @Override
    public List<String> dropped() {
        // that the stream be asked for its usage was no wish of the caller's
        return stream.dropped().stream()
                .filter(name -> !name.equals("stream_options"))
                .toList();
    }

    @Override
    public @Nullable Usage usage() {
        return stream.usage();
    }

    @Override
    public int pieces() {
        return stream.pieces();
    }

    @Override
    public long startedNanos() {
        return stream.startedNanos();
    }

    @Override
    public long firstTokenNanos() {
        return stream.firstTokenNanos();
    }
}
