package io.dromedary.routing;

import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.JoinedStream;
import io.dromedary.api.chat.Successor;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Attempt;
import io.dromedary.backend.AttemptEvents;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.TimedOut.Deadline;
import io.dromedary.backend.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chat call at its backends. Until an answer has begun, a failed attempt is made again or moves on to the next
 * candidate, and one that is late gets company. After that, a break is mended by another candidate where that leaves no
 * seam, and ends the stream with an error event where it would. Runs on the event loop of the call.
 */
public final class Dispatch implements Relay.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /** Told once what the client gets. */
    public interface Outcome {
        void answered(Reply reply);

        void refused(Refusal refusal);

        /** The dispatch was cancelled before either. */
        void left();
    }

    private final ChatRequest request;
    private final Plan plan;
    private final Failover failover;
    private final @Nullable Duration timeout;
    private final Outcome outcome;
    private final Course course;
    private final Attempts attempts;
    private final List<Try> tries = new ArrayList<>(2);
    private final List<AttemptRecord> unmade = new ArrayList<>(0);
    private final List<Try> running = new ArrayList<>(2);

    private @Nullable Try winner;
    private @Nullable Relay relay;
    private Runnable pause = () -> {};
    private Runnable deadline = () -> {};
    private long firstTokenNanos;
    private boolean told;
    private boolean over;
    private boolean cut;

    /**
     * Does nothing before {@link #start()}.
     *
     * @param timeout how long the caller will wait for the end, or null for as long as the backends' deadlines allow
     */
    public Dispatch(ChatRequest request, Plan plan, Failover failover, @Nullable Duration timeout, Outcome outcome) {
        this.request = request;
        this.plan = plan;
        this.failover = failover;
        this.timeout = timeout;
        this.outcome = outcome;
        this.course = new Course(plan, failover.rule());
        this.attempts = new Attempts(request, plan, failover.watch());
    }

    public void start() {
        if (timeout != null) {
            deadline = failover.watch().after(timeout, this::expire);
        }
        try {
            advance();
        } catch (RuntimeException e) {
            // whoever asked is told by this; nothing of the dispatch may tell again
            finish();
            told = true;
            throw e;
        }
    }

    /** Tries whoever is next, unless somebody is being tried. */
    private void advance() {
        while (running.isEmpty() && !over) {
            var turn = course.next();
            if (turn == null) {
                refuse();
                return;
            }
            launch(turn);
        }
    }

    private void launch(Course.Turn turn) {
        launch(turn, null);
    }

    /** @param continued what is asked instead of the call's own request, of a candidate that goes on with its text */
    private void launch(Course.Turn turn, @Nullable ChatRequest continued) {
        var one = new Try(turn, continued != null);
        try {
            one.attempt = continued == null
                    ? attempts.of(turn.candidate(), one)
                    : attempts.of(turn.candidate(), continued, one);
        } catch (RuntimeException e) {
            turn.admission().released();
            course.done(turn.candidate());
            if (!(e instanceof RefusedException refused)
                    || !(refused.refusal() instanceof Refusal.BadRequest incapable)) {
                throw e;
            }
            unmade.add(AttemptRecord.failed(turn.candidate(), new AttemptFailure.Incapable(incapable)));
            return;
        }
        course.made(turn.candidate());
        failover.hedges().attempt(turn.candidate().target().backend());
        tries.add(one);
        running.add(one);
        one.attempt.send();
    }

    private void refuse() {
        var records = new ArrayList<>(unmade);
        tries.forEach(one -> records.add(one.record()));
        for (var candidate : course.leftAlone()) {
            records.add(AttemptRecord.failed(candidate, candidate.standing().keptAwayBy()));
        }
        refuse(Failures.refusal(records));
    }

    private void refuse(Refusal refusal) {
        finish();
        told = true;
        outcome.refused(refusal);
    }

    /** Nothing more is tried, waited for or sent. */
    private void finish() {
        over = true;
        deadline.run();
        pause.run();
        List.copyOf(running).forEach(one -> one.stop(AttemptRecord.Ending.LEFT));
        running.clear();
    }

    /** The caller's time is up. */
    private void expire() {
        if (over) {
            return;
        }
        var failure = new AttemptFailure.TimedOut(Deadline.TOTAL);
        for (var one : List.copyOf(running)) {
            // the caller's own patience says nothing about the backend
            one.admission.released();
            one.lose(failure);
        }
        var stream = relay;
        if (stream != null) {
            end(stream, failure);
        } else {
            refuse(new Refusal.BackendsFailed(
                    504,
                    "There was no answer within the time that the request allows.",
                    "backend_timeout",
                    0,
                    tries.stream()
                            .filter(one -> one.failure != null)
                            .map(one -> Failures.cause(one.record()))
                            .toList()));
        }
    }

    private void failed(Try one, AttemptFailure failure) {
        if (relay != null) {
            course.done(one.candidate);
            resumeOrEnd(failure);
            return;
        }
        switch (course.after(one.candidate, failure)) {
            case Ruling.Again again -> pause = failover.watch().after(again.pause(), () -> again(one.candidate));
            case Ruling.Next next -> replace();
            case Ruling.NextModel next -> replace();
            case Ruling.Stop stop -> refuse();
        }
    }

    /** Tries whoever is next, beside one that is late where there is such a one. */
    private void replace() {
        if (running.isEmpty()) {
            advance();
            return;
        }
        var turn = course.next();
        if (turn != null) {
            launch(turn);
        }
    }

    private void again(Candidate candidate) {
        pause = () -> {};
        if (over || winner != null) {
            return;
        }
        var turn = course.again(candidate);
        if (turn != null) {
            launch(turn);
        }
        advance();
    }

    /** An attempt is late that may yet answer: another is made beside it, where the budget allows. */
    private boolean hedge(Try late) {
        if (running.size() > 1 || relay != null) {
            return false;
        }
        course.done(late.candidate);
        var turn = course.next();
        if (turn == null) {
            return false;
        }
        if (!failover.hedges().take(late.candidate.target().backend())) {
            turn.admission().released();
            return false;
        }
        launch(turn);
        return running.size() > 1;
    }

    private void won(Try first) {
        winner = first;
        pause.run();
        pause = () -> {};
        for (var other : List.copyOf(running)) {
            if (other != first) {
                other.stop(AttemptRecord.Ending.OUTPACED);
            }
        }
    }

    private void begun(Try one, AttemptEvents events) {
        var stream = relay;
        if (stream == null) {
            firstTokenNanos = one.attempt.firstTokenNanos();
            relay = new Relay(events, plan.resumes() && plan.hasAlternatives(), failover.memory(), this);
            told = true;
            outcome.answered(new Reply.Events(relay));
            return;
        }
        var sent = stream.sent();
        if (sent == null) {
            one.stop(AttemptRecord.Ending.LEFT);
            end(stream, new AttemptFailure.Broken("the stream was cut"));
            return;
        }
        stream.follow(events, joined(one, sent));
    }

    private Successor joined(Try one, JoinedStream sent) {
        var model = one.candidate.target().model();
        return one.continues ? sent.continuing(model, one.spent) : sent.restarting(model);
    }

    @Override
    public void broke(AttemptFailure failure) {
        var one = winner;
        if (over || one == null) {
            return;
        }
        one.lose(failure);
        course.done(one.candidate);
        resumeOrEnd(failure);
    }

    /** Whatever goes wrong on the way, the stream gets an end. */
    private void resumeOrEnd(AttemptFailure failure) {
        try {
            resume(failure);
        } catch (RuntimeException e) {
            LOG.warn("a broken stream could not be gone on with", e);
            if (relay != null) {
                end(relay, failure);
            }
        }
    }

    /** Another candidate goes on with the stream, or nobody does. */
    private void resume(AttemptFailure failure) {
        var stream = relay;
        if (stream == null || over) {
            return;
        }
        var sent = stream.sent();
        while (sent != null && plan.resumes() && sent.joinable() && running.isEmpty()) {
            // of an attempt that showed nothing, nothing was used up of what the caller has seen
            var reported = winner == null || !stream.shows() ? null : winner.attempt.usage();
            var turn = sent.continuable()
                    ? course.next(candidate -> candidate.target().capabilities().prefill())
                    : null;
            if (turn != null) {
                goOn(turn, sent, reported);
                continue;
            }
            turn = course.next();
            if (turn == null) {
                break;
            }
            launch(turn);
        }
        if (running.isEmpty()) {
            end(stream, failure);
        }
    }

    /** Asks a candidate to continue the text; nothing runs afterwards where it cannot take that. */
    private void goOn(Course.Turn turn, JoinedStream sent, @Nullable Usage reported) {
        ChatRequest rest;
        try {
            rest = request.continued(sent.textSoFar(), sent.tokensSoFar(reported));
        } catch (RefusedException e) {
            // with the text it is more than can be read
            turn.admission().released();
            course.done(turn.candidate());
            return;
        }
        launch(turn, rest);
        if (!running.isEmpty()) {
            running.getFirst().spent = reported;
        }
    }

    @Override
    public void diverged() {
        var stream = relay;
        var one = winner;
        if (stream == null || one == null || over) {
            return;
        }
        var failure = new AttemptFailure.Broken("gave another answer");
        one.admission.succeeded();
        one.lose(failure);
        end(stream, failure);
    }

    /** Ends the stream with an error event: what was sent is not complete. */
    private void end(Relay stream, AttemptFailure failure) {
        cut = true;
        var causes = tries.stream()
                .filter(one -> one.failure != null)
                .map(one -> Failures.cause(one.record()))
                .distinct()
                .toList();
        var event = ErrorBody.event(new Refusal.BackendsFailed(
                failure instanceof AttemptFailure.TimedOut ? 504 : 502,
                "The answer broke off (" + String.join("; ", causes) + "). What was sent so far is not complete.",
                "stream_broken",
                0,
                causes));
        finish();
        stream.cut(event);
    }

    @Override
    public void ended() {
        if (winner != null && !cut) {
            winner.succeed();
        }
        finish();
    }

    /** The client left: resets the upstream, at once. Does nothing when all has ended. */
    public void cancel() {
        if (over) {
            return;
        }
        finish();
        if (relay != null) {
            relay.cancel();
        }
        if (!told) {
            told = true;
            outcome.left();
        }
    }

    /** In order, those included that were not made because the candidate could not. */
    public List<AttemptRecord> attempts() {
        var records = new ArrayList<>(unmade);
        tries.forEach(one -> records.add(one.record()));
        return records;
    }

    /** How many attempts left the gateway; one that was fanned out is one. */
    public int sent() {
        return course.attempts();
    }

    /** Who answers, or null where nobody did. */
    public @Nullable Target served() {
        return winner == null || !told ? null : winner.candidate.target();
    }

    /** Members of the request that were left out for the backend that answers. */
    public List<String> dropped() {
        return winner == null ? List.of() : winner.attempt.dropped();
    }

    /** As the backend that answers reported it; complete when the call closes. */
    public @Nullable Usage usage() {
        if (winner == null) {
            return null;
        }
        var own = winner.attempt.usage();
        return relay == null ? own : relay.usage(own);
    }

    /** The stream that was begun ended with an error event. */
    public boolean cut() {
        return cut;
    }

    /** From the sending of the attempt that spoke first to its first token; 0 where there was none. */
    public long firstTokenNanos() {
        return firstTokenNanos;
    }

    /** One attempt, and what is heard of it. */
    private final class Try implements Attempt.Verdict {
        final Candidate candidate;
        final Admission admission;
        final boolean continues;

        @SuppressWarnings("NullAway.Init") // set where it is made, before anything is heard
        Attempt attempt;

        /** What the attempt that this one continues has used up. */
        @Nullable
        Usage spent;

        @Nullable
        AttemptFailure failure;

        private AttemptRecord.Ending ending = AttemptRecord.Ending.LEFT;

        Try(Course.Turn turn, boolean continues) {
            this.candidate = turn.candidate();
            this.admission = turn.admission();
            this.continues = continues;
        }

        AttemptRecord record() {
            return new AttemptRecord(
                    candidate.target(), candidate.backend().dialect().name(), ending, failure);
        }

        @Override
        public void speaks() {
            if (winner != this) {
                admission.begun();
                won(this);
            }
        }

        @Override
        public void answered(byte[] body) {
            speaks();
            firstTokenNanos = attempt.firstTokenNanos();
            succeed();
            finish();
            told = true;
            outcome.answered(Reply.Whole.json(200, body));
        }

        @Override
        public void begun(AttemptEvents events) {
            speaks();
            Dispatch.this.begun(this, events);
        }

        @Override
        public void failed(AttemptFailure why) {
            if (over) {
                return;
            }
            lose(why);
            if (winner == this) {
                winner = null;
            }
            try {
                Dispatch.this.failed(this, why);
            } catch (RuntimeException e) {
                LOG.error("the next attempt could not be made", e);
                finish();
                if (!told) {
                    told = true;
                    outcome.refused(new Refusal.Internal());
                }
            }
        }

        @Override
        public boolean late() {
            return hedge(this);
        }

        void succeed() {
            ending = AttemptRecord.Ending.ANSWERED;
            admission.succeeded();
            running.remove(this);
        }

        /** It gave no answer, or not all of one. */
        void lose(AttemptFailure why) {
            running.remove(this);
            failure = why;
            ending = AttemptRecord.Ending.FAILED;
            admission.failed(why);
            attempt.cancel();
        }

        /** It is not needed. */
        void stop(AttemptRecord.Ending how) {
            running.remove(this);
            if (ending == AttemptRecord.Ending.LEFT) {
                ending = how;
            }
            admission.released();
            attempt.cancel();
        }
    }
}
