package io.dromedary.observe;

import java.util.List;

/**
 * How full it is in front of one backend.
 *
 * @param limit of calls in flight as it is now; 0 where there is none
 * @param lanes all of them, the highest first
 */
public record GateState(String backend, int limit, List<Lane> lanes) {
    /**
     * A lane's part of it.
     *
     * @param word e.g. {@code over-limit}
     * @param oldestWaitSeconds of the one that has waited longest; 0 where nobody waits
     */
    public record Lane(String word, int inFlight, int queued, double oldestWaitSeconds) {}

    /** Over all lanes. */
    public int inFlight() {
        return lanes.stream().mapToInt(Lane::inFlight).sum();
    }

    /** Over all lanes. */
    public int queued() {
        return lanes.stream().mapToInt(Lane::queued).sum();
    }
}
