package io.dromedary.tier.ledger;

/**
 * What an allowance has of one kind. All arithmetic is exact: gateways that look at the same text see the same credit.
 *
 * @param level in units of which a request or a token has {@value #UNIT}, so that a limit of L per minute gains L of them in
 *     each millisecond; negative for debt
 * @param scale of the limit, in ten-thousandths
 * @param used requests or tokens for good, in the period under way
 */
record Credit(long level, int scale, long used) {
    static final long UNIT = 60_000;
    static final int BASE = 10_000;
    static final int TOP = 20 * BASE;

    /** Above every cap, so that a limit that comes to be finds its window full. */
    static final long UNLIMITED = Limits.MOST * (TOP / BASE) * UNIT;

    /** No debt is deeper, lest sums overflow. */
    static final long DEEPEST = -4_000_000_000_000_000_000L;

    private static final long MOST_MOVED = 10 * Limits.MOST;

    static final Credit FULL = new Credit(UNLIMITED, BASE, 0);

    /** Per minute; 0 for none. */
    long limit(long base) {
        return scale == BASE ? base : base * scale / BASE;
    }

    /** Whether it is worth that many; anything is where there is no limit. */
    boolean holds(long base, long amount) {
        return base == 0 || level >= units(amount);
    }

    /** After a time without use. */
    Credit refilled(long base, long millis) {
        var limit = limit(base);
        var cap = cap(limit);
        if (level >= cap || limit == 0) {
            return level == cap ? this : new Credit(cap, scale, used);
        }
        if (millis <= 0) {
            return this;
        }
        var full = Math.ceilDiv(cap - level, limit);
        return new Credit(millis >= full ? cap : level + millis * limit, scale, used);
    }

    /** After a change, at most full. */
    Credit moved(long base, long amount, long usedMore) {
        var moved = Math.max(DEEPEST, level + units(amount));
        return new Credit(Math.min(cap(limit(base)), moved), scale, Math.clamp(used + usedMore, 0, MOST_MOVED));
    }

    /**
     * At the end of a period. Average use of 80 % or more multiplies the limit by 1.2, of 50 % or less divides it by 1.5,
     * between the base and twenty times that. What is there does not grow with it.
     */
    Credit rescaled(long base, long minutes) {
        var limit = limit(base);
        var next = scale;
        if (limit == 0) {
            next = BASE;
        } else if (5 * used >= 4 * limit * minutes) {
            next = Math.min(TOP, scale * 6 / 5);
        } else if (2 * used <= limit * minutes) {
            next = Math.max(BASE, scale * 2 / 3);
        }
        return new Credit(Math.min(level, cap(base * next / BASE)), next, 0);
    }

    /** As a limit has it that does not follow use. */
    Credit fixed() {
        return scale == BASE && used == 0 ? this : new Credit(level, BASE, 0);
    }

    /** Nothing of the past shows but the level. */
    boolean settled() {
        return scale == BASE && used == 0;
    }

    /** Milliseconds until it is worth that many if nothing happens, -1 for never. */
    long millisUntil(long base, long amount) {
        if (holds(base, amount)) {
            return 0;
        }
        var limit = limit(base);
        var needed = units(amount);
        return needed > cap(limit) ? -1 : Math.ceilDiv(needed - level, limit);
    }

    /** Milliseconds until it is full if nothing happens. */
    long millisUntilFull(long base) {
        var limit = limit(base);
        return limit == 0 ? 0 : Math.max(0, Math.ceilDiv(cap(limit) - level, limit));
    }

    private static long cap(long limit) {
        return limit == 0 ? UNLIMITED : limit * UNIT;
    }

    private static long units(long amount) {
        return Math.clamp(amount, -MOST_MOVED, MOST_MOVED) * UNIT;
    }
}
