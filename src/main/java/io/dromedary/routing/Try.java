package io.dromedary.routing;

import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import io.dromedary.backend.Attempt;
import io.dromedary.backend.AttemptEvents;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.tier.gate.Ticket;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One attempt of a call at one candidate, and what became of it. */
final class Try implements Attempt.Verdict {
    /** Who goes on from what an attempt says. */
    interface Owner {
        /** A backend is about to be asked: as {@link Attempt.Verdict#asks}. */
        @Nullable
        CompletionStage<Boolean> asks();

        /** It is the first to speak. */
        void spoke(Try one);

        /** All of the answer is here. */
        void answered(Try one, Reply reply);

        /** A stream has begun. */
        void begun(Try one, AttemptEvents events);

        /** There is no answer, and nothing of one was shown. */
        void failed(Try one, AttemptFailure failure);

        /** The first token is late. True to wait on. */
        boolean late(Try one);
    }

    private final Candidate candidate;
    private final Admission admission;
    private final Ticket ticket;
    private final boolean continuing;
    private final Owner owner;
    private final Attempt attempt;
    private final @Nullable HedgeBudget hedge;
    private final @Nullable TraceContext span;

    private @Nullable AttemptFailure failure;

    /** Null while it runs. */
    private AttemptRecord.@Nullable Ending ending;

    private long endedNanos;
    private boolean spoke;

    /** Its slot was given to somebody else just before it spoke. */
    private boolean silenced;

    /**
     * Not sent yet.
     *
     * @param hedge where it is counted when it is made beside one that is late, or null where it is made alone
     * @param span null where the call is not traced
     * @param continuing it goes on with what others have said
     * @param made makes the attempt that is told here
     */
    Try(
            Course.Turn turn,
            @Nullable HedgeBudget hedge,
            @Nullable TraceContext span,
            boolean continuing,
            Owner owner,
            Function<Attempt.Verdict, Attempt> made) {
        this.candidate = turn.candidate();
        this.admission = turn.admission();
        this.ticket = turn.ticket();
        this.hedge = hedge;
        this.span = span;
        this.continuing = continuing;
        this.owner = owner;
        this.attempt = made.apply(this);
    }

    void send() {
        attempt.send(span);
    }

    Candidate candidate() {
        return candidate;
    }

    Attempt attempt() {
        return attempt;
    }

    /** As the backend reported it so far, or null. */
    @Nullable
    Usage usage() {
        return attempt.usage();
    }

    boolean runs() {
        return ending == null;
    }

    boolean failed() {
        return failure != null;
    }

    /** It did not fail, and was neither outpaced nor in the way. */
    boolean needed() {
        return ending == null || ending == AttemptRecord.Ending.ANSWERED || ending == AttemptRecord.Ending.LEFT;
    }

    AttemptRecord record() {
        return new AttemptRecord(
                candidate.target(),
                candidate.backend().dialect().name(),
                ending == null ? AttemptRecord.Ending.LEFT : ending,
                failure,
                new AttemptRecord.Passage(
                        hedge != null,
                        attempt.startedNanos(),
                        attempt.firstTokenNanos(),
                        endedNanos,
                        attempt.usage(),
                        span));
    }

    @Override
    public @Nullable CompletionStage<Boolean> asks() {
        return owner.asks();
    }

    @Override
    public void speaks() {
        if (!spoke) {
            spoke = true;
            silenced = !ticket.begun();
            admission.begun();
            if (!silenced) {
                owner.spoke(this);
            }
        }
    }

    @Override
    public void answered(Reply reply) {
        speaks();
        if (!silenced) {
            succeed();
            owner.answered(this, reply);
        }
    }

    @Override
    public void begun(AttemptEvents events) {
        speaks();
        if (!silenced) {
            owner.begun(this, events);
        }
    }

    @Override
    public void failed(AttemptFailure why) {
        if (runs()) {
            lose(why);
            owner.failed(this, why);
        }
    }

    @Override
    public boolean late() {
        return owner.late(this);
    }

    /** Pieces that the caller has seen, those included that were seen of others before. */
    long streamed(long before) {
        return continuing ? before + attempt.pieces() : Math.max(before, attempt.pieces());
    }

    boolean holds(Ticket one) {
        return ticket == one;
    }

    private void end(AttemptRecord.Ending how) {
        if (hedge != null && runs()) {
            hedge.ended();
        }
        ending = how;
        endedNanos = System.nanoTime();
    }

    /** It gave all of an answer. */
    void succeed() {
        end(AttemptRecord.Ending.ANSWERED);
        admission.succeeded();
        ticket.leave(Ticket.Outcome.OK);
    }

    /** It gave no answer, or not all of one. */
    void lose(AttemptFailure why) {
        failure = why;
        end(AttemptRecord.Ending.FAILED);
        admission.failed(why);
        ticket.leave(outcome(why));
        attempt.cancel();
    }

    private static Ticket.Outcome outcome(AttemptFailure why) {
        return why instanceof AttemptFailure.Overloaded || why instanceof AttemptFailure.TimedOut
                ? Ticket.Outcome.OVERLOADED
                : Ticket.Outcome.NEUTRAL;
    }

    /** It is lost to the call for a reason that says nothing about the backend. */
    void loseWithoutBlame(AttemptFailure why) {
        admission.released();
        ticket.leave();
        lose(why);
    }

    /** A higher lane needs its slot, which is still to be given back. */
    void giveWay() {
        end(AttemptRecord.Ending.GAVE_WAY);
        admission.released();
        attempt.cancel();
    }

    /** It is not needed any more. */
    void stop(AttemptRecord.Ending how) {
        if (ending == null) {
            end(how);
        }
        admission.released();
        ticket.leave();
        attempt.cancel();
    }
}
