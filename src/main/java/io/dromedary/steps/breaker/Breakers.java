package io.dromedary.steps.breaker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** The breakers of all routes of one Camel context, by the id of their step. */
public final class Breakers {
    private final ConcurrentHashMap<String, StepBreaker> byStep = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final Watch watch;

    /** Told of each breaker when it is made. */
    @FunctionalInterface
    public interface Watch {
        /** @param state 0 while the breaker is closed, 1 half open, 2 open */
        void made(String step, IntSupplier state);
    }

    public Breakers(InstantSource clock, Watch watch) {
        this.clock = clock;
        this.watch = watch;
    }

    /** The one breaker of a step, also where Camel makes the step once for each route, as it does with onCompletion. */
    StepBreaker of(String step, BreakerSettings settings) {
        return byStep.computeIfAbsent(step, id -> {
            var config =
                    settings.breaker().clock(clock.withZone(ZoneOffset.UTC)).build();
            var breaker = new StepBreaker(CircuitBreaker.of(id, config));
            watch.made(id, breaker::state);
            return breaker;
        });
    }
}
