package io.dromedary.routing;

import io.dromedary.config.BreakerSettings;
import io.dromedary.routing.Stake.Probe;
import io.dromedary.routing.Stake.Spell;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A circuit that knows whose outcome it is told. Resilience4j's counts every outcome for the state it is in when that
 * comes; an attempt at a model may outlast several states, and one from before an outage would pass for the probe. So
 * whoever is let through gets a {@link Stake}, and only a stake that is still good reaches the circuit.
 *
 * <p>The circuit leaves {@code OPEN} only under the one probe that {@code probing} stands for.
 */
final class Breaker {
    private static final Probe PROBE = new Probe();

    private final CircuitBreaker circuit;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final BreakerSettings settings;
    private final AtomicBoolean probing = new AtomicBoolean();
    private final AtomicReference<Streak> streak = new AtomicReference<>(Streak.NONE);

    private volatile Spell spell;
    private volatile long openUntil;
    private volatile @Nullable String lastReason;

    Breaker(CircuitBreaker circuit, LongSupplier nanos, RandomGenerator random, BreakerSettings settings) {
        this.circuit = circuit;
        this.nanos = nanos;
        this.random = random;
        this.settings = settings;
        this.openUntil = nanos.getAsLong();
        this.spell = new Spell(0, openUntil, 0);
    }

    /**
     * Lets an attempt through, or says null. Exactly one of {@link #succeeded}, {@link #failed} and {@link #released}
     * follows what is let through.
     *
     * @param insisting not to be turned away by the ramp
     */
    @Nullable
    Stake admit(boolean insisting) {
        return circuit.getState() == CircuitBreaker.State.CLOSED ? counted(insisting) : probe(insisting);
    }

    private @Nullable Stake counted(boolean insisting) {
        var current = spell;
        return insisting || current.admits(nanos.getAsLong(), random) ? current : null;
    }

    private @Nullable Stake probe(boolean insisting) {
        if (nanos.getAsLong() - openUntil <= 0 || !probing.compareAndSet(false, true)) {
            return null;
        }
        if (circuit.tryAcquirePermission() && circuit.getState() == CircuitBreaker.State.HALF_OPEN) {
            return PROBE;
        }
        // the probe before it closed the circuit meanwhile, or a failure opened it again
        probing.set(false);
        return circuit.getState() == CircuitBreaker.State.CLOSED ? counted(insisting) : null;
    }

    /** An answer has begun: good enough from a probe, which then becomes one of many until its end. */
    Stake begun(Stake stake) {
        return switch (stake) {
            case Spell counted -> counted;
            case Probe probe -> {
                close();
                yield spell;
            }
        };
    }

    void succeeded(Stake stake) {
        switch (stake) {
            case Spell counted -> {
                if (counts(counted)) {
                    endStreak();
                    circuit.onSuccess(0, TimeUnit.NANOSECONDS);
                    // a success can open it: as the last of the calls that a failure rate takes
                    noteOpening();
                }
            }
            case Probe probe -> close();
        }
    }

    void failed(Stake stake, String reason) {
        switch (stake) {
            case Spell counted -> {
                if (counts(counted)) {
                    lastReason = reason;
                    circuit.onError(0, TimeUnit.NANOSECONDS, anotherFailure());
                    noteOpening();
                }
            }
            case Probe probe -> {
                lastReason = reason;
                circuit.onError(0, TimeUnit.NANOSECONDS, new Circuits.Failed(false));
                noteOpening();
                probing.set(false);
            }
        }
    }

    /** The outcome says nothing. */
    void released(Stake stake) {
        switch (stake) {
            case Spell counted -> {}
            case Probe probe -> {
                circuit.releasePermission();
                probing.set(false);
            }
        }
    }

    /** A look that takes nothing. */
    Condition condition(Now now) {
        return switch (circuit.getState()) {
            case CLOSED -> {
                var current = spell;
                yield current.ramping(now.nanos())
                        ? new Condition(Condition.Kind.RAMPING, lastReason, now.at(current.from() + current.ramp()))
                        : Condition.WELL;
            }
            case OPEN -> {
                var until = openUntil;
                yield now.nanos() - until > 0
                        ? new Condition(Condition.Kind.HALF_OPEN, lastReason, null)
                        : new Condition(Condition.Kind.OPEN, lastReason, now.at(until));
            }
            case HALF_OPEN -> new Condition(Condition.Kind.HALF_OPEN, lastReason, null);
            case DISABLED, METRICS_ONLY, FORCED_OPEN -> throw new IllegalStateException("no circuit is put there");
        };
    }

    /** By the probe alone. The new spell comes first, so that no stake of an older one is good in the closed circuit. */
    private void close() {
        spell = new Spell(
                spell.number() + 1, nanos.getAsLong(), settings.rampOver().toNanos());
        endStreak();
        circuit.onSuccess(0, TimeUnit.NANOSECONDS);
        probing.set(false);
    }

    private boolean counts(Spell counted) {
        return counted.equals(spell) && circuit.getState() == CircuitBreaker.State.CLOSED;
    }

    private void endStreak() {
        if (streak.get().failures() > 0) {
            streak.set(Streak.NONE);
        }
    }

    private Circuits.Failed anotherFailure() {
        var now = nanos.getAsLong();
        var longer = streak.updateAndGet(before -> before.longer(now));
        return new Circuits.Failed(longer.isOutage(now, settings));
    }

    private void noteOpening() {
        if (circuit.getState() == CircuitBreaker.State.OPEN) {
            openUntil = nanos.getAsLong() + settings.openFor().toNanos();
        }
    }
}
