package io.dromedary.routing;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.Reply;
import io.dromedary.api.Usage;
import io.dromedary.api.error.Refusal;
import io.dromedary.backend.Attempt;
import io.dromedary.backend.AttemptEvents;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.TimedOut.Deadline;
import io.dromedary.backend.Target;
import io.dromedary.tier.Serving;
import io.dromedary.tier.gate.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call at its backends. Until an answer has begun, a failed attempt is made again or moves on to the next
 * candidate, and one that is late gets company; a stream that has begun is then a matter of {@link Mending}. Runs on the
 * event loop of the call.
 */
public final class Dispatch implements Try.Owner, Entrance.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    /** Told once what the client gets. */
    public interface Outcome {
        /** Before that, whenever a backend is about to be asked: as {@link Attempt.Verdict#asks}. */
        default @Nullable CompletionStage<Boolean> asks() {
            return null;
        }

        void answered(Reply reply);

        void refused(Refusal refusal);

        /** The dispatch was cancelled before either. */
        void left();
    }

    private final ModelRequest request;
    private final Plan plan;
    private final Failover failover;
    private final Serving serving;
    private final @Nullable Duration timeout;
    private final Outcome outcome;
    private final Entrance entrance;
    private final Course course;
    private final Tries tries;

    private @Nullable Try winner;
    private @Nullable Mending mending;
    private @Nullable Runnable pause;
    private Runnable deadline = () -> {};
    private long firstTokenNanos;
    private boolean descending;
    private boolean told;
    private boolean over;

    /** Does nothing before {@link #start()}. */
    public Dispatch(Order order, Failover failover, Outcome outcome) {
        this.request = order.request();
        this.plan = order.plan();
        this.serving = order.serving();
        this.timeout = order.timeout();
        this.failover = failover;
        this.outcome = outcome;
        this.course = new Course(plan, failover.rule());
        this.entrance = new Entrance(serving, order.loop(), this, failover.gates());
        var attempts = new Attempts(request, plan, serving, failover.watch());
        this.tries = new Tries(attempts, course, failover.hedges(), order.trace());
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

    /** Tries whoever is next, unless somebody is being tried, or the call waits in a queue or for its next tier. */
    private void advance() {
        while (tries.running() == 0 && !entrance.waits() && !descending && !over) {
            var turn = course.next(entrance::tryEnter);
            if (turn != null) {
                launch(turn);
            } else if (!course.full().isEmpty()) {
                entrance.queue(course.full());
                return;
            } else if (course.isTurnedAway()) {
                descend();
                return;
            } else {
                refuse();
                return;
            }
        }
    }

    private @Nullable Try launch(Course.Turn turn) {
        return tries.launch(turn, null, this);
    }

    @Override
    public void admitted(Candidate candidate, Ticket ticket) {
        if (over || tries.running() > 0) {
            ticket.leave();
            return;
        }
        stopPausing();
        orRefuse(() -> {
            var turn = course.admitted(candidate, ticket, entrance::tryEnter);
            if (turn == null || turn.ticket() != ticket) {
                ticket.leave();
            }
            if (turn != null) {
                launch(turn);
            }
            advance();
        });
    }

    /** There may be room at those that come after them. */
    @Override
    public void turnedAway(List<Candidate> full) {
        course.turnedAway(full);
        if (pause == null) {
            orRefuse(this::advance);
        }
    }

    /** There is no room for a call of its tier: perhaps there is for one of the next. */
    private void descend() {
        descending = true;
        serving.turnedAway(entrance.turnedAway(), plan.model());
        serving.descend().whenComplete((serves, failed) -> orRefuse(() -> descended(failed == null && serves)));
    }

    private void descended(boolean serves) {
        descending = false;
        if (over) {
            return;
        }
        if (serves) {
            course.changeLane();
            entrance.changeLane();
            advance();
        } else if (tries.anyFailed()) {
            refuse();
        } else {
            refuse(serving.refuse());
        }
    }

    /** The slot of an attempt that has not begun is needed by a higher lane: the call waits in front again. */
    @Override
    public void preempted(Place place, Ticket ticket) {
        var one = tries.holding(ticket);
        if (over || one == null) {
            ticket.leave();
            return;
        }
        failover.gates().preempted(ticket.lane());
        one.giveWay();
        course.unmade(one.candidate());
        if (tries.running() > 0) {
            ticket.leave();
        } else {
            orRefuse(() -> entrance.again(place, ticket));
        }
    }

    private void refuse() {
        var records = new ArrayList<>(tries.records());
        records.addAll(course.leftAlone());
        refuse(Failures.refusal(records, request.endpoint()));
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
        stopPausing();
        entrance.leave();
        tries.forOthers(null, one -> one.stop(AttemptRecord.Ending.LEFT));
    }

    private void stopPausing() {
        if (pause != null) {
            pause.run();
            pause = null;
        }
    }

    /** The caller's time is up. */
    private void expire() {
        if (over) {
            return;
        }
        var failure = new AttemptFailure.TimedOut(Deadline.TOTAL);
        tries.forOthers(null, one -> one.loseWithoutBlame(failure));
        if (mending != null) {
            mending.end(failure);
        } else {
            refuse(new Refusal.BackendsFailed(
                    504,
                    "There was no answer within the time that the request allows.",
                    "backend_timeout",
                    0,
                    tries.causes()));
        }
    }

    @Override
    public void failed(Try one, AttemptFailure failure) {
        if (winner == one) {
            winner = null;
        }
        orRefuse(() -> follow(course.after(one.candidate(), failure), one.candidate()));
    }

    /** Whatever goes wrong between two attempts, the call gets an answer. */
    private void orRefuse(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.error("the next attempt could not be made", e);
            if (!told) {
                refuse(new Refusal.Internal());
            }
        }
    }

    private void follow(Ruling ruling, Candidate candidate) {
        switch (ruling) {
            case Ruling.Again again ->
                pause = failover.watch().after(again.pause(), () -> orRefuse(() -> again(candidate)));
            case Ruling.Next next -> replace();
            case Ruling.NextModel next -> replace();
            case Ruling.Stop stop -> refuse();
        }
    }

    /** Tries whoever is next, beside one that is late where there is such a one. */
    private void replace() {
        if (tries.running() == 0) {
            advance();
            return;
        }
        var turn = course.next(entrance::tryEnter);
        if (turn != null) {
            launch(turn);
        }
    }

    private void again(Candidate candidate) {
        pause = null;
        if (over || winner != null || descending) {
            return;
        }
        var turn = course.again(candidate, entrance::tryEnter);
        if (turn != null) {
            entrance.leave();
            launch(turn);
        } else if (tries.running() == 0 && !course.full().isEmpty()) {
            entrance.queue(course.full());
        }
        advance();
    }

    /** Another is made beside it, where the budget allows. */
    @Override
    public boolean late(Try one) {
        if (tries.running() > 1) {
            return false;
        }
        course.done(one.candidate());
        var turn = course.next(entrance::tryEnter);
        if (turn == null) {
            return false;
        }
        if (!failover.hedges().take(one.candidate().target())) {
            turn.released();
            return false;
        }
        return launch(turn) != null;
    }

    @Override
    public @Nullable CompletionStage<Boolean> asks() {
        return outcome.asks();
    }

    @Override
    public void spoke(Try one) {
        winner = one;
        stopPausing();
        entrance.leave();
        tries.forOthers(one, other -> other.stop(AttemptRecord.Ending.OUTPACED));
    }

    @Override
    public void answered(Try one, Reply reply) {
        firstTokenNanos = one.attempt().firstTokenNanos();
        finish();
        told = true;
        outcome.answered(reply);
    }

    @Override
    public void begun(Try one, AttemptEvents events) {
        firstTokenNanos = one.attempt().firstTokenNanos();
        mending = new Mending(request, plan, course, tries, entrance, failover.memory(), one, events, this::finish);
        told = true;
        outcome.answered(new Reply.Events(mending.stream()));
    }

    /** The client left: resets the upstream, at once. Does nothing when all has ended. */
    public void cancel() {
        if (over) {
            return;
        }
        finish();
        if (mending != null) {
            mending.cancel();
        }
        if (!told) {
            told = true;
            outcome.left();
        }
    }

    /** In order, those included that were not made because the candidate could not. */
    public List<AttemptRecord> attempts() {
        return tries.records();
    }

    /** How many attempts left the gateway; one that was fanned out is one. */
    public int sent() {
        return course.sent();
    }

    /** Who answers, or null where nobody did. */
    public @Nullable Target served() {
        var answering = answering();
        return answering == null || !told ? null : answering.candidate().target();
    }

    /** Members of the request that were left out for the backend that answers. */
    public List<String> dropped() {
        var answering = answering();
        return answering == null ? List.of() : answering.attempt().dropped();
    }

    /** As the backend that answers reported it; complete when the call closes. */
    public @Nullable Usage usage() {
        if (mending != null) {
            return mending.usage();
        }
        return winner == null ? null : winner.usage();
    }

    /** Some backend worked for the caller, or still did when the caller left: not those that failed or had to give way. */
    public boolean isOwed() {
        return mending != null || tries.anyNeeded();
    }

    /** Tokens of the answer that came, as far as anybody can tell without a backend's count. */
    public long streamed() {
        return tries.streamed();
    }

    private @Nullable Try answering() {
        return mending == null ? winner : mending.current();
    }

    /** The stream that was begun ended with an error event. */
    public boolean cut() {
        return mending != null && mending.cut();
    }

    /** How long it stood in queues; -1 where it did not. */
    public long waitedNanos() {
        return entrance.waitedNanos();
    }

    /** From the sending of the attempt that spoke first to its first token; 0 where there was none. */
    public long firstTokenNanos() {
        return firstTokenNanos;
    }
}
