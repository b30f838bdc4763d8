package io.dromedary.routing;

import io.dromedary.config.BreakerSettings;

/**
 * Failures with no success between them. The failure rate notices an outage late where the window is full of successes
 * from before it; a streak notices it at once, and its length in time keeps a burst of resets from counting as one.
 *
 * @param since the first of them, on the clock of {@link System#nanoTime()}
 */
record Streak(int failures, long since) {
    static final Streak NONE = new Streak(0, 0);

    Streak longer(long now) {
        return failures == 0 ? new Streak(1, now) : new Streak(failures + 1, since);
    }

    boolean isOutage(long now, BreakerSettings settings) {
        return failures >= settings.minimumCalls()
                && now - since >= settings.outageAfter().toNanos();
    }
}
