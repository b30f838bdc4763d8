package io.dromedary.tier.gate;

import java.util.concurrent.TimeUnit;

/**
 * How many calls a backend can take: what is configured, less while it says that it has too much to do. It goes down to a
 * share of what was in flight, never under an eighth of what is configured, once for all failures of one moment, and up by one with each second that was without failures,
 * used to the limit, and in which something came back. How long calls take says nothing.
 *
 * <p>Where nothing is configured there is no limit until the first overload. It then starts at what was in flight, and vanishes
 * when it has grown to twice that.
 */
final class AdaptiveLimit {
    static final int NONE = Integer.MAX_VALUE;

    private static final double LOWERED_TO = 0.7;
    private static final double LOWEST_SHARE = 0.125;
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(1);

    private int ceiling = NONE;
    private int limit = NONE;
    private int vanishesAt = NONE;
    private boolean everLowered;
    private long loweredAt;
    private long cleanSince;
    private boolean used;
    private boolean proven;

    /** @param concurrency none where it is 0 or {@link #NONE} */
    void configure(int concurrency) {
        var configured = concurrency <= 0 ? NONE : concurrency;
        if (configured == ceiling) {
            return;
        }
        limit = isLowered() ? Math.min(limit, configured) : configured;
        ceiling = configured;
        vanishesAt = ceiling == NONE && isLowered() ? twice(limit) : NONE;
    }

    int now() {
        return limit;
    }

    /** As configured, or {@link #NONE}. */
    int ceiling() {
        return ceiling;
    }

    boolean isLowered() {
        return limit != ceiling;
    }

    /**
     * The backend has too much to do, says a call.
     *
     * @param admittedAt what was let in before the limit was lowered says nothing about it since
     * @param inFlight that call included
     */
    void overloaded(long now, long admittedAt, int inFlight) {
        startWindow(now);
        if (everLowered && (now - loweredAt < WINDOW || admittedAt - loweredAt <= 0)) {
            return;
        }
        everLowered = true;
        loweredAt = now;
        if (limit == NONE) {
            limit = Math.max(1, inFlight);
            vanishesAt = twice(limit);
        } else {
            limit = Math.min(limit, Math.max(lowest(), (int) (inFlight * LOWERED_TO)));
        }
    }

    /**
     * Time has passed.
     *
     * @param full somebody waits, or would have to
     * @param working the backend is answering, or just did
     */
    void grow(long now, boolean full, boolean working) {
        if (!isLowered()) {
            return;
        }
        used |= full;
        proven |= working;
        if (now - cleanSince < WINDOW) {
            return;
        }
        if (used && proven) {
            limit = limit + 1 >= vanishesAt ? NONE : limit + 1;
        }
        startWindow(now);
    }

    /** Nanoseconds until it may grow. */
    long untilGrowth(long now) {
        return Math.max(0, WINDOW - (now - cleanSince));
    }

    /**
     * A backend that fails at random, and not for want of capacity, would go down to one call at a time, at which nobody can
     * tell its failures from an outage any more.
     */
    private int lowest() {
        return ceiling == NONE ? 1 : Math.max(1, (int) (ceiling * LOWEST_SHARE));
    }

    private void startWindow(long now) {
        cleanSince = now;
        used = false;
        proven = false;
    }

    private static int twice(int limit) {
        return limit > NONE / 2 ? NONE : 2 * limit;
    }
}
