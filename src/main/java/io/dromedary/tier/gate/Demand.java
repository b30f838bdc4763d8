package io.dromedary.tier.gate;

import io.dromedary.config.Lane;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many calls want a backend in the lanes above each spare one, those that wait included, and how many did of late: within
 * some multiple of the time that a call of theirs takes, for a burst comes back at that pace, and never less than ten seconds.
 */
final class Demand {
    static final long SHORTEST_MEMORY = TimeUnit.SECONDS.toNanos(10);
    static final long LONGEST_MEMORY = TimeUnit.SECONDS.toNanos(60);

    private static final int CALLS_REMEMBERED = 120;
    private static final int SMOOTHING = 16;

    private final Map<Lane, RecentPeak> above = new EnumMap<>(Lane.class);

    /** Of a lane, what it adds to. */
    private final Map<Lane, List<RecentPeak>> below = new EnumMap<>(Lane.class);

    private long usualLength;

    Demand() {
        for (var lane : Lane.values()) {
            below.put(lane, new ArrayList<>());
            if (lane.isSpare()) {
                var peak = new RecentPeak(SHORTEST_MEMORY);
                above.put(lane, peak);
                below.forEach((higher, peaks) -> {
                    if (higher != lane) {
                        peaks.add(peak);
                    }
                });
            }
        }
    }

    /** A call came. */
    void came(Lane lane) {
        for (var peak : of(below, lane)) {
            peak.rise();
        }
    }

    /** A call went, from the queue or from the backend. */
    void went(Lane lane, long now) {
        for (var peak : of(below, lane)) {
            peak.fall(now);
        }
    }

    /** An answer in one of the lanes that do not use what others leave came to its end. */
    void lasted(long nanos) {
        usualLength += (nanos - usualLength) / SMOOTHING;
        var memory = Math.clamp(CALLS_REMEMBERED * usualLength, SHORTEST_MEMORY, LONGEST_MEMORY);
        above.values().forEach(peak -> peak.remember(memory));
    }

    /** A call came and was turned away at once: it would have used a slot. */
    void turnedAway(Lane lane, long now) {
        for (var peak : of(below, lane)) {
            peak.touch(now);
        }
    }

    /** The most that the lanes above a spare one wanted at once, of late. */
    int peakAbove(Lane spare, long now) {
        return of(above, spare).at(now);
    }

    /** Nanoseconds until that may be less, if nothing else happens; {@link Long#MAX_VALUE} where time changes nothing. */
    long untilPeakFalls(Lane spare, long now) {
        return of(above, spare).untilLower(now);
    }

    private static <T> T of(Map<Lane, T> each, Lane lane) {
        var one = each.get(lane);
        if (one == null) {
            throw new IllegalArgumentException(lane.word());
        }
        return one;
    }
}
