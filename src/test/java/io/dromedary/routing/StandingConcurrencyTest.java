package io.dromedary.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.BreakerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;

/** Several event loops at one backend. */
final class StandingConcurrencyTest {
    private static final int LOOPS = 8;
    private static final int ATTEMPTS = 5_000;

    /** Any number may be drawn by any thread. */
    private static final RandomGenerator HALF = () -> Long.MIN_VALUE;

    private final Trial trial = new Trial(HALF, BreakerSettings.DEFAULT);

    @RepeatedTest(5)
    void no_permission_is_lost_and_none_is_given_twice() throws Exception {
        onEveryLoop(random -> {
            var admission = random.nextBoolean() ? trial.standing.admit() : trial.standing.admitAnyway();
            trial.passMillis(random.nextInt(40));
            if (admission == null) {
                return;
            }
            if (random.nextInt(10) == 0) {
                admission.begun();
            }
            switch (random.nextInt(10)) {
                case 0 -> admission.released();
                case 1, 2, 3 -> admission.succeeded();
                case 4 -> admission.failed(Trial.limited(Duration.ofMillis(20)));
                default -> admission.failed(Trial.RESET);
            }
        });

        assertThat(trial.standing.inFlight()).isZero();
        trial.pass(Duration.ofMinutes(1));
        // what went before decides how many failures it takes
        while (trial.kind() == Condition.Kind.CLOSED) {
            trial.fail(Trial.RESET);
        }
        trial.pass(Duration.ofMinutes(1));
        assertThat(trial.kind()).isEqualTo(Condition.Kind.HALF_OPEN);
        trial.admitted();
        assertThat(trial.standing.admitAnyway()).isNull();
    }

    @RepeatedTest(5)
    void there_is_never_a_second_probe() throws Exception {
        var breaker = breaker();
        var out = new AtomicInteger();
        var all = new AtomicInteger();
        onEveryLoop(random -> {
            var stake = breaker.admit(random.nextBoolean());
            var probe = stake instanceof Stake.Probe;
            if (probe) {
                all.incrementAndGet();
                assertThat(out.incrementAndGet()).isEqualTo(1);
            }
            trial.passMillis(random.nextInt(40));
            Thread.yield();
            if (stake == null) {
                return;
            }
            if (probe) {
                out.decrementAndGet();
            }
            switch (random.nextInt(4)) {
                case 0 -> breaker.released(stake);
                case 1 -> breaker.succeeded(stake);
                default -> breaker.failed(stake, "connection reset");
            }
        });
        assertThat(all.get()).as("probes in all").isPositive();
    }

    private Breaker breaker() {
        var circuit = new Circuits(trial::nanos, BreakerSettings.DEFAULT).circuit("alpha/m-1");
        return new Breaker(circuit, trial::nanos, HALF, BreakerSettings.DEFAULT);
    }

    /** What one loop does again and again. */
    private interface Turn {
        void with(RandomGenerator random);
    }

    private static void onEveryLoop(Turn turn) throws Exception {
        try (var loops = Executors.newFixedThreadPool(LOOPS)) {
            var together = new CyclicBarrier(LOOPS);
            var running = new ArrayList<Future<?>>();
            for (var loop = 0; loop < LOOPS; loop++) {
                var random = new SplittableRandom(loop);
                Callable<?> task = () -> {
                    together.await();
                    for (var i = 0; i < ATTEMPTS; i++) {
                        turn.with(random);
                    }
                    return loops;
                };
                running.add(loops.submit(task));
            }
            for (var one : running) {
                one.get();
            }
        }
    }
}
