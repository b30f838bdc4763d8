package io.dromedary.steps.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.jspecify.annotations.Nullable;

/**
 * What a route says about a breaker, in Resilience4j's words and with its defaults.
 *
 * @param timeout for one run of the steps, or null for none
 */
record BreakerSettings(
        CircuitBreakerConfig.Builder breaker, @Nullable Duration timeout) {
    private static final int DEFAULT_TIMEOUT_MILLIS = 1000;

    /** @throws IllegalArgumentException naming the option that is wrong, and the step */
    static BreakerSettings of(CamelContext camel, String step, CircuitBreakerDefinition definition) {
        try {
            var options = BreakerOptions.of(camel, definition);
            return new BreakerSettings(breaker(options), timeout(options));
        } catch (IllegalArgumentException e) {
            var line = definition.getLineNumber() > 0 ? " (line " + definition.getLineNumber() + ")" : "";
            throw new IllegalArgumentException("the circuitBreaker " + step + line + ": " + e.getMessage());
        }
    }

    private static CircuitBreakerConfig.Builder breaker(BreakerOptions options) {
        var defaults = CircuitBreakerConfig.ofDefaults();
        var builder = CircuitBreakerConfig.custom()
                .writableStackTraceEnabled(false)
                .slidingWindow(
                        options.count("slidingWindowSize", defaults.getSlidingWindowSize()),
                        options.count("minimumNumberOfCalls", defaults.getMinimumNumberOfCalls()),
                        options.windowType(defaults.getSlidingWindowType()),
                        // exchanges of all loops meet here
                        SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(options.percent("failureRateThreshold", defaults.getFailureRateThreshold()))
                .slowCallRateThreshold(options.percent("slowCallRateThreshold", defaults.getSlowCallRateThreshold()))
                .permittedNumberOfCallsInHalfOpenState(options.count(
                        "permittedNumberOfCallsInHalfOpenState", defaults.getPermittedNumberOfCallsInHalfOpenState()));
        builder.waitDurationInOpenState(options.seconds("waitDurationInOpenState", 60));
        builder.slowCallDurationThreshold(options.seconds("slowCallDurationThreshold", 60));
        builder.build();
        return builder;
    }

    private static @Nullable Duration timeout(BreakerOptions options) {
        if (options.flag("timeoutEnabled")) {
            return options.millis("timeoutDuration", DEFAULT_TIMEOUT_MILLIS);
        }
        if (options.has("timeoutDuration") && !options.has("timeoutEnabled")) {
            throw new IllegalArgumentException("timeoutDuration counts only with timeoutEnabled: true");
        }
        return null;
    }
}
