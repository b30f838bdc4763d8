package io.dromedary.routing;

import io.dromedary.config.BreakerSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.TransitionCheckResult;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Makes Resilience4j's circuit breakers as the gateway wants them. */
final class Circuits {
    /** A failure, as far as the circuit has to know. Thrown by nobody. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean outage;

        /** @param outage opens the circuit at once */
        Failed(boolean outage) {
            super(null, null, false, false);
            this.outage = outage;
        }
    }

    private static final TransitionCheckResult STAY = TransitionCheckResult.noTransition();

    private final CircuitBreakerConfig config;

    /** @param nanos moves every circuit; a wall clock that is set back would keep one open */
    Circuits(LongSupplier nanos, BreakerSettings settings) {
        var begin = nanos.getAsLong();
        InstantSource steady = () -> Instant.EPOCH.plusNanos(nanos.getAsLong() - begin);
        var open = TransitionCheckResult.transitionToOpenAndWaitFor(settings.openFor());
        this.config = CircuitBreakerConfig.custom()
                .clock(steady.withZone(ZoneOffset.UTC))
                // the lock-free window reads the system's clock, whatever clock is given
                .slidingWindow(
                        (int) settings.window().toSeconds(),
                        settings.minimumCalls(),
                        SlidingWindowType.TIME_BASED,
                        SlidingWindowSynchronizationStrategy.SYNCHRONIZED)
                .failureRateThreshold(settings.failureRate())
                .waitDurationInOpenState(settings.openFor())
                .permittedNumberOfCallsInHalfOpenState(1)
                .transitionOnResult(
                        result -> result.getOrNull() instanceof Failed failed && failed.outage ? open : STAY)
                .build();
    }

    CircuitBreaker circuit(String name) {
        return CircuitBreaker.of(name, config);
    }
}
