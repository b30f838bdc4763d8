package io.dromedary.routing;

import io.dromedary.api.TraceContext;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.tier.gate.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every attempt of one call, those that run among them. */
final class Tries {
    private final Attempts attempts;
    private final Course course;
    private final HedgeBudget hedges;
    private final @Nullable TraceContext trace;
    private final List<Try> made = new ArrayList<>(2);
    private final List<AttemptRecord> unmade = new ArrayList<>(0);

    /** @param trace of the call, or null where it is not traced */
    Tries(Attempts attempts, Course course, HedgeBudget hedges, @Nullable TraceContext trace) {
        this.attempts = attempts;
        this.course = course;
        this.hedges = hedges;
        this.trace = trace;
    }

    /**
     * Makes an attempt and sends it.
     *
     * @param continued what is asked instead of the call's own request, of a candidate that goes on with its text
     * @return null where the candidate cannot take the request; it is not asked again then
     */
    @Nullable
    Try launch(Course.Turn turn, @Nullable ChatRequest continued, Try.Owner owner) {
        var candidate = turn.candidate();
        var hedge = running() > 0 ? hedges : null;
        Try one;
        try {
            one = new Try(
                    turn,
                    hedge,
                    trace == null ? null : trace.child(made.size() + 1),
                    continued != null,
                    owner,
                    verdict -> continued == null
                            ? attempts.of(candidate, verdict)
                            : attempts.of(candidate, continued, verdict));
        } catch (RuntimeException e) {
            turn.released();
            course.done(candidate);
            if (!(e instanceof RefusedException refused) || !isIncapable(refused.refusal())) {
                throw e;
            }
            unmade.add(AttemptRecord.failed(candidate, new AttemptFailure.Incapable(refused.refusal())));
            return null;
        }
        course.made(candidate);
        hedges.attempt(candidate.target());
        if (hedge != null) {
            hedge.begun();
        }
        made.add(one);
        try {
            one.send();
        } catch (RuntimeException e) {
            one.stop(AttemptRecord.Ending.LEFT);
            throw e;
        }
        return one;
    }

    /** What the candidate cannot take, another one may. */
    private static boolean isIncapable(Refusal refusal) {
        return refusal instanceof Refusal.BadRequest || refusal instanceof Refusal.Http http && http.status() == 413;
    }

    /** The one that runs on this ticket, or null. */
    @Nullable
    Try holding(Ticket ticket) {
        for (var one : made) {
            if (one.runs() && one.holds(ticket)) {
                return one;
            }
        }
        return null;
    }

    /** Tokens of the answer that came, as far as its pieces tell; what came again when it was restarted counts once. */
    long streamed() {
        var streamed = 0L;
        for (var one : made) {
            streamed = one.streamed(streamed);
        }
        return streamed;
    }

    /** Some were asked, or would have been if they could take the request, and gave nothing. */
    boolean anyFailed() {
        return !unmade.isEmpty() || made.stream().anyMatch(Try::failed);
    }

    /** Some answered, or were needed until the caller had no more time. */
    boolean anyNeeded() {
        return made.stream().anyMatch(Try::needed);
    }

    /** How many run. */
    int running() {
        var running = 0;
        for (var one : made) {
            running += one.runs() ? 1 : 0;
        }
        return running;
    }

    /** Those that run, without this one. */
    void forOthers(@Nullable Try but, Consumer<Try> each) {
        for (var one : made) {
            if (one != but && one.runs()) {
                each.accept(one);
            }
        }
    }

    /** In order, those included that were not made because the candidate could not. */
    List<AttemptRecord> records() {
        var records = new ArrayList<>(unmade);
        made.forEach(one -> records.add(one.record()));
        return records;
    }

    /** Why those failed that did, in words for the caller. */
    List<String> causes() {
        return made.stream()
                .filter(Try::failed)
                .map(one -> Failures.cause(one.record()))
                .distinct()
                .toList();
    }
}
