package io.dromedary.routing;

import io.dromedary.tier.gate.Guest;
import io.dromedary.tier.gate.Refused;
import io.dromedary.tier.gate.Ticket;
import io.dromedary.tier.gate.Waiting;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One call's place in front of, or behind, the gate of one candidate. */
final class Place implements Guest {
    /** Is told on the call's event loop. */
    interface Owner {
        void admitted(Place place, Ticket ticket);

        void refused(Place place, Refused why);

        void preempted(Place place, Ticket ticket);
    }

    private final Candidate candidate;
    private final Executor loop;
    private final Owner owner;
    private @Nullable Waiting waiting;
    private boolean told;

    Place(Candidate candidate, Executor loop, Owner owner) {
        this.candidate = candidate;
        this.loop = loop;
        this.owner = owner;
    }

    Candidate candidate() {
        return candidate;
    }

    /** It goes to the gate, and may be told what became of it before the gate has said that it waits. */
    void goes() {
        told = false;
    }

    /** It is in the queue now; false where it has been told meanwhile, and is not in it any more. */
    boolean waits(Waiting at) {
        if (told) {
            return false;
        }
        waiting = at;
        return true;
    }

    /** Out of the queue, where it stands in one. */
    void leave() {
        if (waiting != null) {
            waiting.leave();
            waiting = null;
        }
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public void admitted(Ticket ticket) {
        waiting = null;
        told = true;
        owner.admitted(this, ticket);
    }

    @Override
    public void refused(Refused why) {
        waiting = null;
        told = true;
        owner.refused(this, why);
    }

    @Override
    public void preempted(Ticket ticket) {
        owner.preempted(this, ticket);
    }
}
