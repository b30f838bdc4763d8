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
    /** Is told on the call's event loop, perhaps before the method returns that led to it. */
    interface Owner {
        /** Its turn has come, at one of the gates where it waited; it waits at none any more. */
        void admitted(Candidate candidate, Ticket ticket);

        /**
         * It waits at none any more.
         *
         * @param full those where it waited for nothing; none where all are left alone by now
         */
        void turnedAway(List<Candidate> full);

        /** The attempt with this ticket has to end. */
        void preempted(Place place, Ticket ticket);
    }

    private final Serving serving;
    private final Executor loop;
    private final Owner owner;
    private final List<Place> queued = new ArrayList<>(0);
    private final List<Candidate> full = new ArrayList<>(0);

    /** Until when the call may wait at all of the gates together, where it has waited since it was last let in. */
    private long deadline;

    private boolean late;
    private int admissions;

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
        return visit(candidate, candidate.gate().deadline(serving.lane()));
    }

    private Visit visit(Candidate candidate, long until) {
        return new Visit(serving.lane(), serving.project(), until, new Place(candidate, loop, this));
    }

    /** Waits at the gates of these. */
    void queue(List<Candidate> candidates) {
        if (!late) {
            late = true;
            deadline = candidates.getFirst().gate().deadline(serving.lane());
        }
        var before = admissions;
        for (var candidate : candidates) {
            var visit = visit(candidate, deadline);
            var place = (Place) visit.guest();
            switch (candidate.gate().enter(visit)) {
                case Ticket ticket -> admitted(place, ticket);
                case Waiting waiting -> waits(place, waiting);
                case Refused refused -> full.add(candidate);
            }
            if (admissions != before) {
                return;
            }
        }
        leaveShut();
        if (admissions == before) {
            turnAway();
        }
    }

    /** Those that were shut before anybody could say so. */
    private void leaveShut() {
        for (var place : List.copyOf(queued)) {
            if (place.candidate().standing().isShut() && queued.remove(place)) {
                place.leave();
            }
        }
    }

    /** Goes back to the front of the queue from which this ticket came. */
    void again(Place place, Ticket ticket) {
        place.asks();
        if (!(ticket.again() instanceof Waiting waiting)) {
            refused(place, Refused.DEADLINE);
            return;
        }
        waits(place, waiting);
        if (queued.contains(place)) {
            leaveShut();
            turnAway();
        }
    }

    private void waits(Place place, Waiting waiting) {
        if (place.waits(waiting)) {
            queued.add(place);
        }
    }

    /** The call stands in a queue. */
    boolean waits() {
        return !queued.isEmpty();
    }

    /** Out of all queues. */
    void leave() {
        // those who are let in instead may do what lets this one in elsewhere
        var all = List.copyOf(queued);
        queued.clear();
        full.clear();
        all.forEach(Place::leave);
    }

    /** The call goes by another tier now, whose lane has a deadline of its own. */
    void changeLane() {
        late = false;
    }

    @Override
    public void admitted(Place place, Ticket ticket) {
        admissions++;
        late = false;
        queued.remove(place);
        leave();
        owner.admitted(place.candidate(), ticket);
    }

    @Override
    public void refused(Place place, Refused why) {
        queued.remove(place);
        full.add(place.candidate());
        turnAway();
    }

    @Override
    public void shut(Place place) {
        if (queued.remove(place)) {
            place.leave();
            turnAway();
        }
    }

    private void turnAway() {
        if (queued.isEmpty()) {
            var all = List.copyOf(full);
            full.clear();
            owner.turnedAway(all);
        }
    }

    @Override
    public void preempted(Place place, Ticket ticket) {
        owner.preempted(place, ticket);
    }
}
