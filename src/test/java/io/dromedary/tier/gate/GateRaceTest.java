package io.dromedary.tier.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Threads that meet at a gate, again and again. */
final class GateRaceTest {
    private static final int ROUNDS = 3_000;

    @Test
    void a_free_slot_a_deadline_and_a_client_that_leaves_may_come_together_and_the_slot_comes_back() throws Exception {
        try (var threads = Executors.newFixedThreadPool(3)) {
            for (var round = 0; round < ROUNDS; round++) {
                var now = new AtomicLong();
                var alarm = new AtomicReference<Runnable>(() -> {});
                var gate = new Gate("alpha", now::get, (wait, what) -> {
                    alarm.set(what);
                    return () -> {};
                });
                gate.configure(1, TierSettings.DEFAULT.lanes());
                var held = new Visitor(Lane.DEFAULT, Runnable::run).enter(gate, "p", 10);
                var told = new AtomicInteger();
                var entry = gate.enter(new Visit(Lane.DEFAULT, "p", 10, new Counting(told)));
                assertThat(entry).isInstanceOf(Waiting.class);
                var together = List.<Callable<Void>>of(
                        () -> {
                            held.leave();
                            return null;
                        },
                        () -> {
                            if (entry instanceof Waiting waiting) {
                                waiting.leave();
                            }
                            return null;
                        },
                        () -> {
                            now.set(20);
                            alarm.get().run();
                            return null;
                        });
                for (var done : threads.invokeAll(together)) {
                    done.get();
                }
                assertThat(told.get()).as("round %d", round).isLessThanOrEqualTo(1);
                assertThat(gate.crowd().inFlight()).as("round %d", round).isZero();
                assertThat(gate.crowd().queued()).as("round %d", round).isZero();
            }
        }
    }

    private record Counting(AtomicInteger told) implements Guest {
        @Override
        public Executor loop() {
            return Runnable::run;
        }

        @Override
        public void admitted(Ticket ticket) {
            told.incrementAndGet();
        }

        @Override
        public void refused(Refused why) {
            told.incrementAndGet();
        }

        @Override
        public void preempted(Ticket ticket) {
            throw new AssertionError("default does not give way");
        }
    }
}
