package io.dromedary.routing;

import io.dromedary.api.EventSource;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Attempt;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptWatch;
import io.dromedary.backend.Backend;
import io.dromedary.backend.ChatAttempt;
import io.dromedary.backend.FanOut;
import io.dromedary.backend.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chat call at its backends: candidates of the plan are tried in order until one answers. Before the first byte of an
 * answer a failed attempt moves on to the next; after it, a break ends the stream with an error event. Runs on the event
 * loop of the call.
 */
public final class Dispatch implements Attempt.Verdict {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /** How many attempts a call may cost, whatever its plan. */
    static final int MAX_ATTEMPTS = 5;

    /** Told once what the client gets. */
    public interface Outcome {
        void answered(Reply reply);

        void refused(Refusal refusal);

        /** The dispatch was cancelled before either. */
        void left();
    }

    private final ChatRequest request;
    private final Plan plan;
    private final AttemptWatch watch;
    private final Outcome outcome;
    private final List<AttemptRecord> attempts = new ArrayList<>(2);

    private @Nullable Attempt current;
    private @Nullable Target served;
    private int next;
    private int sent;
    private boolean told;
    private boolean cancelled;

    /** Does nothing before {@link #start()}. */
    public Dispatch(ChatRequest request, Plan plan, AttemptWatch watch, Outcome outcome) {
        this.request = request;
        this.plan = plan;
        this.watch = watch;
        this.outcome = outcome;
    }

    public void start() {
        while (next < plan.candidates().size() && sent < MAX_ATTEMPTS) {
            var attempt = prepared(plan.candidates().get(next));
            if (attempt != null) {
                sent++;
                current = attempt;
                attempt.send();
                return;
            }
            next++;
        }
        told = true;
        outcome.refused(Failures.refusal(attempts));
    }

    /** An attempt with the request as this candidate takes it, or null where it cannot. */
    private @Nullable Attempt prepared(Candidate candidate) {
        try {
            return attempt(candidate.backend(), candidate.target());
        } catch (RefusedException e) {
            if (e.refusal() instanceof Refusal.BadRequest incapable) {
                note(candidate, new AttemptFailure.Incapable(incapable));
                return null;
            }
            throw e;
        }
    }

    private Attempt attempt(Backend backend, Target target) {
        if (FanOut.isNeeded(request, target)) {
            return FanOut.of(backend, target, request, watch, this);
        }
        var outgoing = backend.dialect().chat(request, target);
        return new ChatAttempt(backend, target, request, outgoing, watch, this);
    }

    private void note(Candidate candidate, @Nullable AttemptFailure failure) {
        attempts.add(new AttemptRecord(
                candidate.target(), candidate.backend().dialect().name(), failure));
    }

    @Override
    public void answered(byte[] body) {
        accept();
        outcome.answered(Reply.Whole.json(200, body));
    }

    @Override
    public void begun(EventSource source) {
        accept();
        outcome.answered(new Reply.Events(source));
    }

    private void accept() {
        var candidate = plan.candidates().get(next);
        served = candidate.target();
        told = true;
        note(candidate, null);
    }

    @Override
    public void failed(AttemptFailure failure) {
        if (cancelled) {
            return;
        }
        var candidate = plan.candidates().get(next);
        note(candidate, failure);
        switch (Verdict.on(failure)) {
            case NEXT -> next++;
            case NEXT_MODEL -> {
                var model = candidate.target().model();
                while (next < plan.candidates().size()
                        && plan.candidates().get(next).target().model().equals(model)) {
                    next++;
                }
            }
            case STOP -> next = plan.candidates().size();
        }
        try {
            start();
        } catch (RuntimeException e) {
            LOG.error("the next attempt could not be made", e);
            told = true;
            outcome.refused(new Refusal.Internal());
        }
    }

    @Override
    public byte[] cut(AttemptFailure failure) {
        var candidate = plan.candidates().get(next);
        attempts.set(
                attempts.size() - 1,
                new AttemptRecord(
                        candidate.target(), candidate.backend().dialect().name(), failure));
        var cause = Failures.cause(attempts.getLast());
        return ErrorBody.event(new Refusal.BackendsFailed(
                failure instanceof AttemptFailure.TimedOut ? 504 : 502,
                "The answer broke off (" + cause + "). What was sent so far is not complete.",
                "stream_broken",
                0,
                List.of(cause)));
    }

    /** The client left: resets the upstream, at once. */
    public void cancel() {
        cancelled = true;
        if (current != null) {
            current.cancel();
        }
        if (!told) {
            told = true;
            outcome.left();
        }
    }

    /** In order; while an attempt is under way it is not among them. */
    public List<AttemptRecord> attempts() {
        return Collections.unmodifiableList(attempts);
    }

    /** How many attempts left the gateway; one that was fanned out is one. */
    public int sent() {
        return sent;
    }

    /** Who answers, or null where nobody did. */
    public @Nullable Target served() {
        return served;
    }

    /** Members of the request that were left out for the backend that answers. */
    public List<String> dropped() {
        return current == null ? List.of() : current.dropped();
    }

    /** As the backend that answers reported it; complete when the call closes. */
    public @Nullable Usage usage() {
        return current == null ? null : current.usage();
    }

    /** The stream that was begun ended with an error event. */
    public boolean cut() {
        return served != null && attempts.getLast().failure() != null;
    }

    /** From the sending of the last attempt to its first token; 0 where there was none. */
    public long firstTokenNanos() {
        return current == null ? 0 : current.firstTokenNanos();
    }
}
