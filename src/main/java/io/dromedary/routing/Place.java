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

        /** It waits at a backend that is not asked any more, for it keeps failing. */
        void shut(Place place);
    }

    private final Candidate candidate;
    private final Executor loop;
    private final Owner owner;
    private @Nullable Waiting waiting;
    private Runnable unwatch = () -> {};
    private boolean told;

    Place(Candidate candidate, Executor loop, Owner owner) {
        this.candidate = candidate;
        this.loop = loop;
        this.owner = owner;
    }

    Candidate candidate() {
        return candidate;
    }

    /** It is about to ask its gate, which may tell it what became of that before it says that it waits. */
    void asks() {
        told = false;
    }

    /**
     * It is in the queue now.
     *
     * @return false where it has been told already what became of that
     */
    boolean waits(Waiting at) {
        if (told) {
            return false;
        }
        waiting = at;
        unwatch = candidate.standing().whenShut(this::shut);
        return true;
    }

    /** Out of the queue, where it stands in one. */
    void leave() {
        var left = waiting;
        waitsNoMore();
        if (left != null) {
            left.leave();
        }
    }

    private void waitsNoMore() {
        waiting = null;
        told = true;
        unwatch.run();
        unwatch = () -> {};
    }

    /** On the loop of whoever noticed. */
    private void shut() {
        try {
            loop.execute(() -> {
                if (waiting != null) {
                    owner.shut(this);
                }
            });
        } catch (RuntimeException e) {
            // its loop is closed, and with it the call
        }
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public void admitted(Ticket ticket) {
        waitsNoMore();
        owner.admitted(this, ticket);
    }

    @Override
    public void refused(Refused why) {
        waitsNoMore();
        owner.refused(this, why);
    }

    @Override
    public void preempted(Ticket ticket) {
        owner.preempted(this, ticket);
    }
}
