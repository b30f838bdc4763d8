package io.dromedary.routing;

import io.dromedary.tier.Serving;
import io.dromedary.tier.gate.Refused;
import io.dromedary.tier.gate.Ticket;
import io.dromedary.tier.gate.Visit;
import io.dromedary.tier.gate.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where one call comes in: the gates of its candidates. It may wait at several of them, and the first that lets it in
 * counts.
 */
final class Entrance implements Place.Owner {
    /** Is told on the call's event loop. */
    interface Owner {
        /** Its turn has come, at one of the gates where it waited; it waits at none any more. */
        void admitted(Candidate candidate, Ticket ticket);

        /** It waited for nothing, at all of them. */
        void turnedAway(Refused why);

        /** The attempt with this ticket has to end. */
        void preempted(Place place, Ticket ticket);
    }

    private final Serving serving;
    private final Executor loop;
    private final Owner owner;
    private final List<Place> queued = new ArrayList<>(0);

    Entrance(Serving serving, Executor loop, Owner owner) {
        this.serving = serving;
        this.loop = loop;
        this.owner = owner;
    }

    /** At once, or null. */
    @Nullable
    Ticket tryEnter(Candidate candidate) {
        return candidate.gate().tryEnter(visit(candidate));
    }

    /** In any case, beyond the limit if need be: the call was in already, and its caller has seen a part of the answer. */
    Ticket insist(Candidate candidate) {
        return candidate.gate().insist(visit(candidate));
    }

    private Visit visit(Candidate candidate) {
        var lane = serving.lane();
        var place = new Place(candidate, loop, this);
        return new Visit(lane, serving.project(), candidate.gate().deadline(lane), place);
    }

    /** Waits at the gates of these. The owner may be told before this returns. */
    void queue(List<Candidate> full) {
        Refused last = null;
        for (var candidate : full) {
            var visit = visit(candidate);
            var place = (Place) visit.guest();
            place.goes();
            switch (candidate.gate().enter(visit)) {
                case Ticket ticket -> {
                    admitted(place, ticket);
                    return;
                }
                case Waiting waiting -> {
                    if (!place.waits(waiting)) {
                        // it took the slot of one that had to give way, and is in
                        return;
                    }
                    queued.add(place);
                }
                case Refused refused -> last = refused;
            }
        }
        if (queued.isEmpty() && last != null) {
            owner.turnedAway(last);
        }
    }

    /** Goes back to the front of the queue from which this ticket came. */
    void again(Place place, Ticket ticket) {
        place.goes();
        if (ticket.again() instanceof Waiting waiting) {
            if (place.waits(waiting)) {
                queued.add(place);
            }
        } else {
            owner.turnedAway(Refused.DEADLINE);
        }
    }

    /** The call stands in a queue. */
    boolean waits() {
        return !queued.isEmpty();
    }

    /** Out of all queues. */
    void leave() {
        queued.forEach(Place::leave);
        queued.clear();
    }

    @Override
    public void admitted(Place place, Ticket ticket) {
        queued.remove(place);
        leave();
        owner.admitted(place.candidate(), ticket);
    }

    @Override
    public void refused(Place place, Refused why) {
        queued.remove(place);
        if (queued.isEmpty()) {
            owner.turnedAway(why);
        }
    }

    @Override
    public void preempted(Place place, Ticket ticket) {
        owner.preempted(place, ticket);
    }
}
