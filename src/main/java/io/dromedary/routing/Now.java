package io.dromedary.routing;

import java.time.Instant;

/**
 * One moment on both clocks.
 *
 * @param instant for people
 * @param nanos for lengths of time, as {@link System#nanoTime()} counts
 */
record Now(Instant instant, long nanos) {
    /** What a reading of the second clock is on the first. */
    Instant at(long reading) {
        return instant.plusNanos(reading - nanos);
    }
}
