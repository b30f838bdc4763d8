package io.dromedary.backend;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.api.error.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An attempt for an endpoint other than chat. Of several parts a few are under way at once; one that fails fails them all. */
public final class TaskAttempt implements Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(TaskAttempt.class);

    private final Task task;
    private final Verdict verdict;
    private final AttemptWatch watch;
    private final Duration total;
    private final BiFunction<Integer, Verdict, ChatAttempt> made;
    private final List<ChatAttempt> parts;
    private final long startedNanos = System.nanoTime();

    private @Nullable TraceContext span;
    private Runnable deadline = () -> {};
    private int answered;
    private long firstTokenNanos;
    private boolean over;

    private TaskAttempt(
            Task task,
            Duration total,
            AttemptWatch watch,
            Verdict verdict,
            BiFunction<Integer, Verdict, ChatAttempt> made) {
        this.task = task;
        this.total = total;
        this.watch = watch;
        this.verdict = verdict;
        this.made = made;
        this.parts = new ArrayList<>(task.parts());
    }

    /**
     * Not sent yet.
     *
     * @throws RefusedException with a 400 that names the {@code param} which this backend cannot honour
     */
    public static TaskAttempt of(
            Backend backend, Target target, ModelRequest request, AttemptWatch watch, Verdict verdict) {
        var task = backend.dialect().task(request, target);
        var timeouts = target.failover().timeouts();
        return new TaskAttempt(
                task,
                timeouts.total(),
                watch,
                verdict,
                (part, told) -> new ChatAttempt(
                        backend,
                        timeouts,
                        request.stream(),
                        new Dialect.Outgoing(task.sending(part), List.of()),
                        task.reader(part),
                        watch,
                        told));
    }

    @Override
    public void send(@Nullable TraceContext span) {
        this.span = span;
        if (task.parts() > 1) {
            // each part keeps the deadline for itself only
            deadline =
                    watch.after(total, () -> fail(new AttemptFailure.TimedOut(AttemptFailure.TimedOut.Deadline.TOTAL)));
        }
        try {
            while (!over && parts.size() < Math.min(task.atOnce(), task.parts())) {
                next();
            }
        } catch (RuntimeException e) {
            cancel();
            throw e;
        }
    }

    private void next() {
        var part = made.apply(parts.size(), new Part());
        parts.add(part);
        part.send(span);
    }

    /** A part is here. */
    private void advance() {
        answered++;
        Reply reply;
        try {
            if (answered < task.parts()) {
                if (parts.size() < task.parts()) {
                    next();
                }
                return;
            }
            reply = task.reply();
        } catch (RuntimeException e) {
            LOG.error("an answer of several parts could not be put together", e);
            fail(new AttemptFailure.Broken("the answer could not be read"));
            return;
        }
        finish();
        firstTokenNanos = System.nanoTime();
        verdict.answered(reply);
    }

    private void fail(AttemptFailure failure) {
        if (over) {
            return;
        }
        cancel();
        verdict.failed(failure);
    }

    private void finish() {
        over = true;
        deadline.run();
    }

    @Override
    public void cancel() {
        finish();
        parts.forEach(ChatAttempt::cancel);
    }

    @Override
    public List<String> dropped() {
        return task.dropped();
    }

    /** Of the parts that are here. */
    @Override
    public @Nullable Usage usage() {
        return parts.stream()
                .map(ChatAttempt::usage)
                .filter(Objects::nonNull)
                .reduce(Usage::plus)
                .orElse(null);
    }

    @Override
    public int pieces() {
        return parts.stream().mapToInt(ChatAttempt::pieces).sum();
    }

    @Override
    public long startedNanos() {
        return startedNanos;
    }

    @Override
    public long firstTokenNanos() {
        return firstTokenNanos == 0 ? 0 : firstTokenNanos - startedNanos;
    }

    /** What is heard of one part. */
    private final class Part implements Verdict {
        @Override
        public @Nullable CompletionStage<Boolean> asks() {
            return verdict.asks();
        }

        @Override
        public void answered(Reply part) {
            if (!over) {
                advance();
            }
        }

        /** Only a task of one part is streamed. */
        @Override
        public void begun(AttemptEvents events) {
            firstTokenNanos = System.nanoTime();
            verdict.begun(events);
        }

        @Override
        public void failed(AttemptFailure failure) {
            fail(failure);
        }

        @Override
        public boolean takesWhole() {
            return verdict.takesWhole();
        }

        @Override
        public boolean late() {
            return verdict.late();
        }
    }
}
