package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import org.jspecify.annotations.Nullable;

/**
 * A slot at a backend, for one attempt. Whoever has it owes {@link #leave()} or, where it was preempted, {@link #again()}.
 * May be used on any thread.
 */
public final class Ticket implements Entry {
    /** What an attempt says about how much its backend can take. */
    public enum Outcome {
        /** It answered. */
        OK,
        /** It has too much to do: 429, 503, or silence until a deadline. */
        OVERLOADED,
        /** Nothing. */
        NEUTRAL
    }

    private final Gate gate;
    private final Visit visit;
    private final long admittedAt;

    /** From which it was admitted, while its guest has not been told. */
    @Nullable
    Waiting untold;

    boolean begun;
    boolean preempted;
    boolean left;

    /** The fields that change are the gate's, under its lock. */
    Ticket(Gate gate, Visit visit, long admittedAt, @Nullable Waiting untold) {
        this.gate = gate;
        this.visit = visit;
        this.admittedAt = admittedAt;
        this.untold = untold;
    }

    /** Its guest's deadline is still to come. */
    boolean mayWait(long now) {
        return visit.deadline() - now > 0;
    }

    /**
     * The first byte is there.
     *
     * @return false where the slot was promised to somebody else before, as the guest is about to be told: what has begun must
     *     not be shown. Otherwise nobody can take the slot away any more.
     */
    public boolean begun() {
        return gate.begun(this);
    }

    /** Says how the attempt ended, and gives the slot back. Does nothing the second time. */
    public void leave(Outcome outcome) {
        gate.leave(this, outcome);
    }

    /** The same, where the attempt says nothing. */
    public void leave() {
        leave(Outcome.NEUTRAL);
    }

    /**
     * Gives the slot of a preempted ticket back, and waits at the front of its lane, up to the deadline that the visit had.
     *
     * @return that it waits, or is refused because the deadline has passed
     * @throws IllegalStateException when it was not preempted, or has left
     */
    public Entry again() {
        return gate.again(this);
    }

    public Lane lane() {
        return visit.lane();
    }

    Visit visit() {
        return visit;
    }

    long admittedAt() {
        return admittedAt;
    }
}
