package io.dromedary.bench;

/**
 * When each call of a load is due. Arrivals depend on the clock alone, never on earlier answers, so a slow server shows
 * as latency instead of slowing its own load down.
 *
 * @param start nanoseconds, on {@link System#nanoTime}'s clock
 * @param perSecond arrivals per second, evenly spaced; infinite for as fast as the connections allow
 * @param end no arrival at or after this moment
 */
record Schedule(long start, double perSecond, long end) {

    private static final double SECOND = 1e9;

    static Schedule from(long start, double perSecond, double seconds) {
        return new Schedule(start, perSecond, start + Math.round(seconds * SECOND));
    }

    boolean flatOut() {
        return Double.isInfinite(perSecond);
    }

    /** The moment of arrival {@code k}, counted from 0; flat out, that is always now. */
    long due(long k, long now) {
        return flatOut() ? Math.max(start, now) : start + (long) (k * (SECOND / perSecond));
    }

    /** Whether arrival {@code k} does not happen because the schedule has ended. */
    boolean over(long k, long now) {
        return due(k, now) - end >= 0;
    }

    double seconds() {
        return (end - start) / SECOND;
    }
}
