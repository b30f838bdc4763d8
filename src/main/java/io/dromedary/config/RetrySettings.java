package io.dromedary.config;

import java.time.Duration;

/**
 * How often a call comes back to a backend that failed it.
 *
 * @param attempts that one call may cost the backend, the first included; at least 1
 * @param longestWait a {@code Retry-After} up to this is waited out
 * @param shortestPause before another attempt where the backend named no time; pauses are spread up to three times this
 */
public record RetrySettings(int attempts, Duration longestWait, Duration shortestPause) {
    public static final RetrySettings DEFAULT = new RetrySettings(2, Duration.ofSeconds(3), Duration.ofMillis(50));

    private static final int SPREAD = 3;

    /** The longest of the pauses. */
    public Duration longestPause() {
        return shortestPause.multipliedBy(SPREAD);
    }
}
