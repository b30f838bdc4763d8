package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is in: the tickets that are out, by lane, and those of them that can still be taken back. */
final class Slots {
    private static final List<Lane> LOWEST_FIRST = List.of(Lane.values()).reversed();

    private final Map<Lane, Integer> held = new EnumMap<>(Lane.class);

    /** Of the spare lanes, in the order of their admission: not begun, and not preempted. */
    private final Map<Lane, LinkedHashSet<Ticket>> givingWay = new EnumMap<>(Lane.class);

    private int all;
    private int begun;
    private int leaving;

    Slots() {
        for (var lane : Lane.values()) {
            held.put(lane, 0);
            if (lane.isSpare()) {
                givingWay.put(lane, new LinkedHashSet<>());
            }
        }
    }

    int all() {
        return all;
    }

    int held(Lane lane) {
        return held.getOrDefault(lane, 0);
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
        held.merge(ticket.lane(), 1, Integer::sum);
        var spare = givingWay.get(ticket.lane());
        if (spare != null) {
            spare.add(ticket);
        }
    }

    void begun(Ticket ticket) {
        ticket.begun = true;
        begun++;
        keep(ticket);
    }

    void preempt(Ticket ticket) {
        ticket.preempted = true;
        leaving++;
        keep(ticket);
    }

    void free(Ticket ticket) {
        ticket.left = true;
        all--;
        held.merge(ticket.lane(), -1, Integer::sum);
        begun -= ticket.begun ? 1 : 0;
        leaving -= ticket.preempted ? 1 : 0;
        keep(ticket);
    }

    /** Somebody can give way. */
    boolean mayGiveWay() {
        return givingWay.values().stream().anyMatch(spare -> !spare.isEmpty());
    }

    /**
     * Who gives way next: of the lowest lane, the one that came last of those who can still wait for another slot; where
     * nobody can, the last one, which is turned away then. Null where nobody gives way.
     */
    @Nullable
    Ticket lastToGiveWay(long now) {
        for (var lane : LOWEST_FIRST) {
            var spare = givingWay.get(lane);
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

    private void keep(Ticket ticket) {
        var spare = givingWay.get(ticket.lane());
        if (spare != null) {
            spare.remove(ticket);
        }
    }
}
