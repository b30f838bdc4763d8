package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who is in: the tickets that are out, by lane, and those of them that can still be taken back. */
final class Slots {
    private static final List<Lane> LOWEST_FIRST = List.of(Lane.values()).reversed();

    private final Map<Lane, InLane> lanes = new EnumMap<>(Lane.class);

    private int all;
    private int begun;
    private int leaving;

    /** One lane's. */
    private static final class InLane {
        private int held;

        /** In the order of their admission: not begun, and not preempted. Null where the lane gives way to none. */
        private final @Nullable LinkedHashSet<Ticket> givingWay;

        InLane(Lane lane) {
            givingWay = lane.isSpare() ? new LinkedHashSet<>() : null;
        }
    }

    Slots() {
        for (var lane : Lane.values()) {
            lanes.put(lane, new InLane(lane));
        }
    }

    private InLane in(Lane lane) {
        return Objects.requireNonNull(lanes.get(lane));
    }

    int all() {
        return all;
    }

    int held(Lane lane) {
        return in(lane).held;
    }

    /** By the lane and those below it. */
    int heldFrom(Lane lane) {
        var sum = 0;
        for (var lower : LOWEST_FIRST) {
            sum += lower.compareTo(lane) < 0 ? 0 : held(lower);
        }
        return sum;
    }

    /** Those with an answer under way. */
    int begun() {
        return begun;
    }

    /** Those that were preempted and have not left yet. */
    int leaving() {
        return leaving;
    }

    void take(Ticket ticket) {
        all++;
        var lane = in(ticket.lane());
        lane.held++;
        if (lane.givingWay != null) {
            lane.givingWay.add(ticket);
        }
    }

    void begun(Ticket ticket) {
        ticket.begun = true;
        begun++;
        keep(in(ticket.lane()), ticket);
    }

    void preempt(Ticket ticket) {
        ticket.preempted = true;
        leaving++;
        keep(in(ticket.lane()), ticket);
    }

    void free(Ticket ticket) {
        ticket.left = true;
        all--;
        var lane = in(ticket.lane());
        lane.held--;
        begun -= ticket.begun ? 1 : 0;
        leaving -= ticket.preempted ? 1 : 0;
        keep(lane, ticket);
    }

    /** Somebody can give way. */
    boolean mayGiveWay() {
        for (var lane : lanes.values()) {
            if (lane.givingWay != null && !lane.givingWay.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Who gives way next: of the lowest lane, the one that came last of those who can still wait for another slot; where
     * nobody can, the last one, which is turned away then. Null where nobody gives way.
     */
    @Nullable
    Ticket lastToGiveWay(long now) {
        for (var lane : LOWEST_FIRST) {
            var spare = in(lane).givingWay;
            if (spare != null && !spare.isEmpty()) {
                for (var ticket : spare.reversed()) {
                    if (ticket.mayWait(now)) {
                        return ticket;
                    }
                }
                return spare.getLast();
            }
        }
        return null;
    }

    private static void keep(InLane lane, Ticket ticket) {
        if (lane.givingWay != null) {
            lane.givingWay.remove(ticket);
        }
    }
}
