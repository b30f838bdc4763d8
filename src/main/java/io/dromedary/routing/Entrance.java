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
    private final GateObserver observer;
    private final QueueTime time;
    private final List<Place> queued = new ArrayList<>(0);
    private final List<Candidate> full = new ArrayList<>(0);

    /** Until when the call may wait at all of the gates together, where it has waited since it was last let in. */
    private long deadline;

    private boolean late;
    private int admissions;

    /** Why it was passed over last. */
    private Refused why = Refused.DEADLINE;

    Entrance(Serving serving, Executor loop, Owner owner, GateObserver observer) {
        this.serving = serving;
        this.loop = loop;
        this.owner = owner;
        this.observer = observer;
        this.time = new QueueTime(serving, observer);
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
                case Refused refused -> passOver(candidate, refused);
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

    private void passOver(Candidate candidate, Refused because) {
        full.add(candidate);
        why = because;
    }

    /** Those that were shut before anybody could say so. */
    private void leaveShut() {
        for (var place : List.copyOf(queued)) {
            if (place.candidate().standing().isShut() && queued.remove(place)) {
                place.leave();
            }
        }
    }

    private void waits(Place place, Waiting waiting) {
        if (place.waits(waiting)) {
            queued.add(place);
            time.begins();
        }
    }

    /** How long the call has waited, all in all; -1 where it did not. */
    long waitedNanos() {
        return time.nanos();
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

    /** The call stands in a queue. */
    boolean waits() {
        return !queued.isEmpty();
    }

    /** Out of all queues. */
    void leave() {
        time.ends(GateObserver.End.LEFT);
        leaveAll();
    }

    private void leaveAll() {
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
        time.ends(GateObserver.End.ADMITTED);
        queued.remove(place);
        leaveAll();
        owner.admitted(place.candidate(), ticket);
    }

    @Override
    public void refused(Place place, Refused because) {
        queued.remove(place);
        passOver(place.candidate(), because);
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
            time.ends(GateObserver.End.DEADLINE);
            var all = List.copyOf(full);
            full.clear();
            owner.turnedAway(all);
        }
    }

    /** The call gets in nowhere by the tier that it has. */
    Refused turnedAway() {
        observer.turnedAway(serving.lane(), why);
        return why;
    }

    @Override
    public void preempted(Place place, Ticket ticket) {
        owner.preempted(place, ticket);
    }
}
