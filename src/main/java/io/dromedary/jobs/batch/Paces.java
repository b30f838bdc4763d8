package io.dromedary.jobs.batch;

import java.time.Duration;

/**
 * How often things happen.
 *
 * @param retry until a line is tried a second time; twice as long each time after that
 * @param longestRetry how long that gets
 * @param commit from one commit to the next, where half of the lines under way do not wait for it
 * @param counts from one change of the batch object to the next
 * @param grace what lines under way have to end when their batch is over
 * @param store until a batch is taken up again after the store has failed
 * @param turn how long a batch keeps its place whoever waits for it
 * @param patience how long the last lines of a batch may fail while none is answered
 */
record Paces(
        Duration retry,
        Duration longestRetry,
        Duration commit,
        Duration counts,
        Duration grace,
        Duration store,
        Duration turn,
        Duration patience) {
    static final Paces USUAL = new Paces(
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofMillis(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(30));

    /** How long an input is left alone that could not be fetched so often; with the usual paces 5 to 40 seconds. */
    Duration fetch(int failures) {
        return retry(failures).multipliedBy(5);
    }

    /** How long a line waits that was tried so often; what is really waited is between half of it and all of it. */
    Duration retry(int tries) {
        var doubled = retry.multipliedBy(1L << Math.min(20, tries - 1));
        return doubled.compareTo(longestRetry) > 0 ? longestRetry : doubled;
    }
}
