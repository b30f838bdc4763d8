package io.dromedary.tier.gate;

import org.jspecify.annotations.Nullable;

/** A place in the queue of a lane. May be used on any thread. */
public final class Waiting implements Entry {
    /** Where it got to. */
    enum State {
        QUEUED,
        ADMITTED,
        REFUSED,
        LEFT
    }

    private final Gate gate;
    private final Visit visit;
    private final long since;
    private final long number;

    State state = State.QUEUED;

    /** The latest that it got. */
    @Nullable
    Ticket ticket;

    /**
     * The fields that change are the gate's, under its lock.
     *
     * @param number orders those with the same deadline
     */
    Waiting(Gate gate, Visit visit, long since, long number) {
        this.gate = gate;
        this.visit = visit;
        this.since = since;
        this.number = number;
    }

    /**
     * The client is gone: out of the queue, or the ticket back where it got one meanwhile. Its guest is told nothing after
     * this, unless it is being told at this moment.
     */
    public void leave() {
        gate.leave(this);
    }

    Visit visit() {
        return visit;
    }

    long since() {
        return since;
    }

    /** Who is refused first. */
    static int byDeadline(Waiting one, Waiting other) {
        // as a difference, since the count may wrap
        var sooner = Long.compare(one.visit.deadline() - other.visit.deadline(), 0);
        return sooner != 0 ? sooner : Long.compare(one.number, other.number);
    }
}
