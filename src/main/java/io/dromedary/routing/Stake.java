package io.dromedary.routing;

import java.util.random.RandomGenerator;

/** What an attempt decides for the breaker that let it through. */
sealed interface Stake {
    /**
     * One of many, counted while this spell lasts: from when the breaker closed to when it closes anew. What outlives its
     * spell says how the backend was, not how it is, and counts for nothing.
     *
     * @param number of spells before it
     * @param from when it began, on the clock of {@link System#nanoTime()}
     * @param ramp for how many nanoseconds only a growing share is let through
     */
    record Spell(int number, long from, long ramp) implements Stake {
        private static final double SMALLEST_SHARE = 0.1;

        boolean ramping(long now) {
            return now - from < ramp;
        }

        /** By chance, in the share of the time that has passed. */
        boolean admits(long now, RandomGenerator random) {
            if (!ramping(now)) {
                return true;
            }
            var share = SMALLEST_SHARE + (1 - SMALLEST_SHARE) * (now - from) / ramp;
            return random.nextDouble() < share;
        }
    }

    /** The only one, while the breaker is half open: it closes the breaker or opens it again. */
    record Probe() implements Stake {}
}
