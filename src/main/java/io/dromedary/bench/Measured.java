package io.dromedary.bench;

import org.HdrHistogram.Histogram;

/**
 * What one run of a load saw.
 *
 * @param latency nanoseconds, of the calls that were answered
 * @param failed calls with another status than 2xx, a broken connection, or no answer in time
 * @param seconds from the first moment of the schedule to the last answer
 * @param firstFailure what went wrong first, or empty
 */
record Measured(Histogram latency, long completed, long failed, double seconds, String firstFailure) {

    double perSecond() {
        return completed / seconds;
    }

    /** Milliseconds. */
    double millis(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e6;
    }
}
