package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings;
import io.dromedary.config.TierSettings.LaneSettings;
import io.dromedary.tier.gate.Waiting.State;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lies behind the lock of a gate: who is in, who waits, and who is next. Each step begins with {@link #pass} and ends
 * with {@link #settle}; what guests are to be told of it is then in {@link #drain}.
 */
final class Floor {
    private final Gate gate;
    private final AdaptiveLimit limit = new AdaptiveLimit();
    private final Slots slots = new Slots();
    private final Queues queues = new Queues();
    private final Demand demand = new Demand();
    private final Trickle trickle = new Trickle();

    /** Never changed, only replaced: may be read without the lock. */
    private volatile Map<Lane, LaneSettings> lanes = new EnumMap<>(TierSettings.DEFAULT.lanes());

    private List<Telling> tellings = List.of();
    private long visits;

    Floor(Gate gate) {
        this.gate = gate;
    }

    void configure(int concurrency, Map<Lane, LaneSettings> settings) {
        limit.configure(concurrency);
        lanes = new EnumMap<>(settings);
    }

    LaneSettings settings(Lane lane) {
        var settings = lanes.get(lane);
        if (settings == null) {
            throw new IllegalStateException("each lane has settings");
        }
        return settings;
    }

    /** Does what time has done by itself since the step before. */
    void pass(long now) {
        for (var late = queues.removeExpired(now); late != null; late = queues.removeExpired(now)) {
            late.state = State.REFUSED;
            demand.went(late.visit().lane(), now);
            tell(new Telling.TurnedAway(late, Refused.DEADLINE));
        }
        limit.grow(now, isFull(), slots.begun() > 0);
    }

    /** At once, or null. */
    @Nullable
    Ticket take(Visit visit, long now) {
        var lane = visit.lane();
        if (!queues.anyFrom(lane) && hasRoom(lane, now)) {
            demand.came(lane);
            return admit(visit, null, now);
        }
        demand.turnedAway(lane, now);
        return null;
    }

    /** In any case, and for good: what it goes on with has begun. */
    Ticket insist(Visit visit, long now) {
        demand.came(visit.lane());
        var ticket = new Ticket(gate, visit, now, null);
        slots.take(ticket);
        slots.begun(ticket);
        return ticket;
    }

    Entry enter(Visit visit, long now) {
        var ticket = take(visit, now);
        if (ticket != null) {
            return ticket;
        }
        if (visit.deadline() - now <= 0) {
            return Refused.DEADLINE;
        }
        if (isQueueFull(visit.lane())) {
            return Refused.QUEUE_FULL;
        }
        return queued(visit, now);
    }

    private Waiting queued(Visit visit, long now) {
        var waiting = new Waiting(gate, visit, now, visits++);
        queues.add(waiting);
        demand.came(visit.lane());
        return waiting;
    }

    boolean begun(Ticket ticket, long now) {
        if (ticket.left || ticket.preempted) {
            return false;
        }
        if (!ticket.begun) {
            slots.begun(ticket);
            trickle.begun(ticket, now);
        }
        return true;
    }

    void judge(Ticket ticket, Ticket.Outcome outcome, long now) {
        if (ticket.left) {
            return;
        }
        switch (outcome) {
            case OK -> limit.grow(now, isFull(), true);
            case OVERLOADED -> limit.overloaded(now, ticket.admittedAt(), slots.all());
            case NEUTRAL -> {}
        }
    }

    void free(Ticket ticket, long now) {
        if (ticket.left) {
            return;
        }
        slots.free(ticket);
        trickle.left(ticket, now);
        demand.went(ticket.lane(), now);
        if (ticket.begun && !ticket.lane().isSpare()) {
            demand.lasted(now - ticket.admittedAt());
        }
    }

    Entry again(Ticket ticket, long now) {
        if (ticket.left || !ticket.preempted) {
            throw new IllegalStateException("only who was preempted, and has not left, goes back to the queue");
        }
        free(ticket, now);
        var visit = ticket.visit();
        if (visit.deadline() - now <= 0) {
            return Refused.DEADLINE;
        }
        var waiting = new Waiting(gate, visit, now, visits++);
        queues.addFirst(waiting);
        demand.came(visit.lane());
        return waiting;
    }

    void leave(Waiting waiting, long now) {
        switch (waiting.state) {
            case QUEUED -> {
                queues.remove(waiting);
                demand.went(waiting.visit().lane(), now);
            }
            case ADMITTED -> {
                if (waiting.ticket != null) {
                    free(waiting.ticket, now);
                }
            }
            case REFUSED, LEFT -> {}
        }
        waiting.state = State.LEFT;
    }

    /** True when it still holds at the moment of telling it. */
    boolean stands(Telling telling) {
        return switch (telling) {
            case Telling.Admitted admitted -> {
                admitted.ticket().untold = null;
                yield !admitted.ticket().left;
            }
            case Telling.TurnedAway refused -> refused.waiting().state == State.REFUSED;
            case Telling.Preempted preempted -> !preempted.ticket().left;
        };
    }

    /** Gives what is free to whom it is due, and asks for the slots that are missing. */
    void settle(long now) {
        admitWaiting(now);
        while (queues.entitled() > 0 && slots.all() - slots.leaving() + queues.entitled() > limit.now()) {
            var victim = slots.lastToGiveWay(now);
            if (victim == null) {
                return;
            }
            if (victim.untold == null) {
                slots.preempt(victim);
                tell(new Telling.Preempted(victim));
            } else {
                takeBack(victim, victim.untold, now);
                admitWaiting(now);
            }
        }
    }

    private void admitWaiting(long now) {
        // nobody of a lower lane goes while somebody of a higher one waits, whatever holds that one back
        for (var lane = queues.highest(); lane != null && hasRoom(lane, now); lane = queues.highest()) {
            var next = queues.removeNext(lane, now);
            next.state = State.ADMITTED;
            next.ticket = admit(next.visit(), next, now);
            tell(new Telling.Admitted(next, next.ticket));
        }
    }

    private Ticket admit(Visit visit, @Nullable Waiting untold, long now) {
        var ticket = new Ticket(gate, visit, now, untold);
        if (visit.lane().isSpare() && left(visit.lane(), now) <= 0) {
            trickle.take(ticket);
        }
        slots.take(ticket);
        return ticket;
    }

    /** Its guest does not know of the ticket yet, and has asked nobody: it just waits on. */
    private void takeBack(Ticket ticket, Waiting waiting, long now) {
        slots.free(ticket);
        trickle.left(ticket, now);
        waiting.state = State.QUEUED;
        queues.addFirst(waiting);
    }

    private boolean hasRoom(Lane lane, long now) {
        if (slots.all() >= limit.now()) {
            return false;
        }
        if (!lane.isSpare()) {
            return true;
        }
        if (slots.held(lane) >= limit.now() - keptFree(lane)) {
            return false;
        }
        var left = left(lane, now);
        return slots.heldFrom(lane) < left || left <= 0 && trickle.isOpen(now);
    }

    /** Slots that the lanes above leave, and have left of late: none, or less, where they wanted them all. */
    private int left(Lane spare, long now) {
        return limit.now() - demand.peakAbove(spare, now);
    }

    /** Rounded up; but some slot can be had, unless all is to be kept free. */
    private int keptFree(Lane lane) {
        var share = settings(lane).keepFree();
        // a little less, for 0.1 * 30 is more than 3
        var kept = (int) Math.ceil(share * limit.now() - 1e-9);
        return share < 1 ? Math.min(kept, limit.now() - 1) : limit.now();
    }

    /** Those who wait for a slot that is being given up for them do not count. */
    private boolean isQueueFull(Lane lane) {
        var waiting = queues.of(lane).size();
        if (lane.isSpare()) {
            return waiting >= settings(lane).queue();
        }
        return waiting - slots.leaving() >= settings(lane).queue() && !slots.mayGiveWay();
    }

    private boolean isFull() {
        return !queues.isEmpty() || slots.all() >= limit.now();
    }

    /** Nanoseconds until time alone may change something; {@link Long#MAX_VALUE} where it does not. */
    long untilChange(long now) {
        var lane = queues.highest();
        if (lane == null) {
            return Long.MAX_VALUE;
        }
        var until = queues.untilDeadline(now);
        if (limit.isLowered() && slots.begun() > 0) {
            until = Math.min(until, limit.untilGrowth(now));
        }
        if (lane.isSpare() && slots.all() < limit.now()) {
            until = Math.min(until, Math.min(demand.untilPeakFalls(lane, now), trickle.untilOpen(now)));
        }
        return until;
    }

    private void tell(Telling telling) {
        if (tellings.isEmpty()) {
            tellings = new ArrayList<>(2);
        }
        tellings.add(telling);
    }

    /** What is to be told, once. */
    List<Telling> drain() {
        var all = tellings;
        tellings = List.of();
        return all;
    }

    Gate.Crowd crowd(long now) {
        var shares = new EnumMap<Lane, Gate.Share>(Lane.class);
        for (var lane : Lane.values()) {
            var queue = queues.of(lane);
            shares.put(lane, new Gate.Share(slots.held(lane), queue.size(), queue.oldestWait(now)));
        }
        return new Gate.Crowd(limit.now(), shares);
    }
}
