package io.dromedary.steps.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets exchanges in, counts how they fare, and tells the log when that changes something. */
final class StepBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(StepBreaker.class);

    private final CircuitBreaker breaker;

    StepBreaker(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    String step() {
        return breaker.getName();
    }

    /** Whoever gets in says later how it went: exactly one of the three below. */
    boolean enter() {
        return breaker.tryAcquirePermission();
    }

    void succeeded(long nanos) {
        var before = breaker.getState();
        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        told(before, "");
    }

    void failed(long nanos, Throwable cause) {
        var before = breaker.getState();
        breaker.onError(nanos, TimeUnit.NANOSECONDS, cause);
        // the message may name addresses and what is in them
        told(before, ", the last failure is a " + cause.getClass().getName());
    }

    /** It went neither well nor badly. */
    void left() {
        breaker.releasePermission();
    }

    private void told(State before, String why) {
        var now = breaker.getState();
        if (now == before) {
            return;
        }
        if (now == State.OPEN) {
            LOG.warn("the circuit breaker {} opens{}", step(), why);
        } else if (now == State.CLOSED) {
            LOG.info("the circuit breaker {} closes", step());
        }
    }

    /** As {@link Breakers.Watch} has it. */
    int state() {
        return switch (breaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> 0;
            case HALF_OPEN -> 1;
            case OPEN, FORCED_OPEN -> 2;
        };
    }
}
