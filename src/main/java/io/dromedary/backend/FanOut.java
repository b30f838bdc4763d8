package io.dromedary.backend;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An attempt for several conversations, or for several choices at a backend that gives fewer in one call: as many upstream
 * calls, whose answers are merged. It succeeds and fails as a whole. A stream is shown when all of them have begun; until then
 * what comes is held, and read on, because a backend may serve them one after the other.
 */
public final class FanOut implements Attempt, AttemptEvents {
    /** Bytes that are held before they may be shown; a call that brings more has to wait. */
    private static final int MAX_HELD = 4 << 20;

    private final Verdict verdict;
    private final List<Copy> copies;
    private final List<SingleCall> calls;
    private final List<String> dropped;
    private final MergedChoices merged;
    private final ByteArrayBuilder out = new ByteArrayBuilder(512);
    private final long startedNanos = System.nanoTime();

    private @Nullable Receiver receiver;
    private @Nullable AttemptFailure lost;
    private long firstTokenNanos;
    private int begun;
    private int ended;
    private boolean told;
    private boolean shown;
    private boolean paused;
    private boolean over;

    private FanOut(
            List<SingleCall> calls,
            List<String> dropped,
            Verdict verdict,
            BiFunction<SingleCall, Verdict, ChatAttempt> attempt) {
        this.verdict = verdict;
        this.dropped = dropped;
        this.calls = calls;
        this.merged = new MergedChoices(calls);
        this.copies = new ArrayList<>(calls.size());
        for (var call : calls) {
            copies.add(new Copy(copies.size(), copy -> attempt.apply(call, copy)));
        }
    }

    /** The request takes more than one call at this target. */
    public static boolean isNeeded(ChatRequest request, Target target) {
        return request.calls() > 1 || SingleCall.isSplit(request, target);
    }

    /**
     * Not sent yet.
     *
     * @throws RefusedException with a 400 that names the {@code param} which this backend cannot honour
     */
    public static FanOut of(Backend backend, Target target, ChatRequest request, AttemptWatch watch, Verdict verdict) {
        var calls = SingleCall.of(request, backend.dialect(), target);
        var dropped = calls.stream()
                .flatMap(call -> call.outgoing().dropped().stream())
                .distinct()
                .toList();
        return new FanOut(
                calls,
                dropped,
                verdict,
                (call, copy) -> new ChatAttempt(backend, target, call.request(), call.outgoing(), watch, copy));
    }

    @Override
    public void send(@Nullable TraceContext span) {
        try {
            for (var copy : copies) {
                if (!over) {
                    copy.attempt.send(span);
                }
            }
        } catch (RuntimeException e) {
            cancel();
            throw e;
        }
    }

    /** All have answered whole. */
    private void answered() {
        over = true;
        var answer = MergedChoices.whole(
                copies.stream().map(copy -> Objects.requireNonNull(copy.whole)).toList(), calls);
        told = true;
        if (answer == null) {
            verdict.failed(unreadable());
            return;
        }
        firstTokenNanos = System.nanoTime();
        verdict.answered(Reply.Whole.json(200, answer));
    }

    /** All streams have begun, and perhaps ended. */
    private void show() {
        told = true;
        shown = true;
        firstTokenNanos = System.nanoTime();
        verdict.begun(this);
    }

    private void flush() {
        if (receiver != null && out.size() > 0) {
            var bytes = out.toByteArray();
            out.reset();
            receiver.write(bytes);
        }
    }

    private void end() {
        over = true;
        flush();
        endReceiver();
    }

    private void endReceiver() {
        if (receiver != null) {
            receiver.close(lost);
        }
    }

    /** One is lost, and with it all of them. */
    private void fail(AttemptFailure failure) {
        if (over) {
            return;
        }
        over = true;
        copies.forEach(copy -> copy.attempt.cancel());
        if (!shown) {
            told = true;
            verdict.failed(failure);
            return;
        }
        lost = failure;
        end();
    }

    private static AttemptFailure unreadable() {
        return new AttemptFailure.Broken("the answer could not be read");
    }

    @Override
    public void start(Receiver to) {
        receiver = to;
        flush();
        if (over) {
            to.close(lost);
        } else if (!paused) {
            // those that brought too much before
            copies.forEach(copy -> copy.attempt.resume());
        }
    }

    @Override
    public void pause() {
        paused = true;
        copies.forEach(copy -> copy.attempt.pause());
    }

    @Override
    public void resume() {
        paused = false;
        copies.forEach(copy -> copy.attempt.resume());
    }

    @Override
    public void cancel() {
        over = true;
        told = true;
        receiver = null;
        copies.forEach(copy -> copy.attempt.cancel());
    }

    @Override
    public List<String> dropped() {
        return dropped;
    }

    /** The sum, because that is what was consumed. */
    @Override
    public @Nullable Usage usage() {
        return copies.stream()
                .map(copy -> copy.attempt.usage())
                .filter(Objects::nonNull)
                .reduce(Usage::plus)
                .orElse(null);
    }

    @Override
    public long startedNanos() {
        return startedNanos;
    }

    @Override
    public int pieces() {
        return copies.stream().mapToInt(copy -> copy.attempt.pieces()).sum();
    }

    @Override
    public long firstTokenNanos() {
        return firstTokenNanos == 0 ? 0 : firstTokenNanos - startedNanos;
    }

    /** What is heard of one of the calls. */
    private final class Copy implements Verdict, Receiver {
        private final int number;
        private final ChatAttempt attempt;
        private byte @Nullable [] whole;
        private boolean done;

        Copy(int number, Function<Verdict, ChatAttempt> attempt) {
            this.number = number;
            this.attempt = attempt.apply(this);
        }

        @Override
        public @Nullable CompletionStage<Boolean> asks() {
            return verdict.asks();
        }

        @Override
        public void answered(Reply reply) {
            // as chat answers
            whole = ((Reply.Whole) reply).body();
            ended++;
            if (ended == copies.size()) {
                FanOut.this.answered();
            }
        }

        @Override
        public void begun(AttemptEvents events) {
            begun++;
            events.start(this);
            if (begun == copies.size() && !told) {
                show();
            }
        }

        @Override
        public void failed(AttemptFailure failure) {
            fail(failure);
        }

        @Override
        public void broke(AttemptFailure failure) {
            fail(failure);
        }

        @Override
        public void write(byte[] events) {
            if (over) {
                return;
            }
            if (!merged.add(number, events, out)) {
                fail(unreadable());
                return;
            }
            flush();
            if (out.size() > MAX_HELD) {
                attempt.pause();
            }
        }

        @Override
        public void end() {
            if (over || done) {
                return;
            }
            done = true;
            ended++;
            if (ended == copies.size()) {
                merged.end(out);
                FanOut.this.end();
            }
        }
    }
}
