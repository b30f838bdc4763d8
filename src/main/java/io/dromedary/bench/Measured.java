package io.dromedary.bench;

import org.HdrHistogram.Histogram;

/**
 * What one run of a load saw.
 *
 * @param latency nanoseconds, of the calls that were answered
 * @param refusals nanoseconds, of those that failed with the status 429
 * @param failed calls with another status than 2xx, a broken connection, or no answer in time
 * @param seconds from the first moment of the schedule to the last answer
 * @param firstFailure what went wrong first, or empty; a refusal only where nothing worse happened
 */
record Measured(
        Histogram latency, Histogram refusals, long completed, long failed, double seconds, String firstFailure) {

    double perSecond() {
        return completed / seconds;
    }

    long refused() {
        return refusals.getTotalCount();
    }

    /** Calls that failed in another way. */
    long broken() {
        return failed - refused();
    }

    /** Milliseconds. */
    double millis(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e6;
    }
}
