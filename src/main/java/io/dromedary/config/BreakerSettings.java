package io.dromedary.config;

import java.time.Duration;

/**
 * When a backend that fails is left alone, and how it is taken back.
 *
 * @param window over which the failure rate is taken; whole seconds
 * @param failureRate that opens the breaker, in percent
 * @param minimumCalls fewer than these say nothing
 * @param outageAfter nothing but failures for this long is an outage, whatever went well earlier in the window
 * @param openFor from a failure that opened the breaker to the next probe; whole milliseconds
 * @param rampOver how long the share of calls grows after a probe succeeded; zero for all at once
 * @param markFor how long an account that is used up, or credentials that are wrong, are not tried again
 * @param longestCooldown no {@code Retry-After} is believed beyond this
 */
public record BreakerSettings(
        Duration window,
        int failureRate,
        int minimumCalls,
        Duration outageAfter,
        Duration openFor,
        Duration rampOver,
        Duration markFor,
        Duration longestCooldown) {

    private static final Duration LONGEST = Duration.ofHours(1);

    public static final BreakerSettings DEFAULT = new BreakerSettings(
            Duration.ofSeconds(10),
            50,
            5,
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5));

    public BreakerSettings {
        between(window, Duration.ofSeconds(1), "window");
        whole(window, Duration.ofSeconds(1), "window");
        require(failureRate >= 1 && failureRate <= 100, "failureRate is a percentage from 1 to 100");
        require(minimumCalls >= 1, "minimumCalls is at least 1");
        between(outageAfter, Duration.ZERO, "outageAfter");
        between(openFor, Duration.ofMillis(1), "openFor");
        whole(openFor, Duration.ofMillis(1), "openFor");
        between(rampOver, Duration.ZERO, "rampOver");
        between(markFor, Duration.ZERO, "markFor");
        between(longestCooldown, Duration.ZERO, "longestCooldown");
    }

    private static void between(Duration given, Duration shortest, String name) {
        require(
                given.compareTo(shortest) >= 0 && given.compareTo(LONGEST) <= 0,
                name + " is from " + shortest + " to " + LONGEST);
    }

    private static void whole(Duration given, Duration unit, String name) {
        require(given.toNanos() % unit.toNanos() == 0, name + " is a multiple of " + unit);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }
}
