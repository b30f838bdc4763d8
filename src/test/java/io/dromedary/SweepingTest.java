package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.responses.Timer;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class SweepingTest {
    private record Set(Duration pause, Runnable what) {}

    private final List<Set> timers = new ArrayList<>();
    private final List<Set> taken = new ArrayList<>();
    private final Timer timer = (wait, what) -> {
        var set = new Set(wait, what);
        timers.add(set);
        return () -> taken.add(set);
    };
    private int sweeps;

    private Sweeping sweeping(CompletionStage<Integer> outcome) {
        return new Sweeping(
                () -> {
                    sweeps++;
                    return outcome;
                },
                timer);
    }

    @Test
    void it_is_swept_soon_after_the_start_and_every_hour_from_then_on() {
        sweeping(CompletableFuture.completedStage(3)).start();
        assertThat(timers).extracting(Set::pause).containsExactly(Duration.ofSeconds(10));
        timers.getLast().what().run();
        timers.getLast().what().run();
        assertThat(sweeps).isEqualTo(2);
        assertThat(timers)
                .extracting(Set::pause)
                .containsExactly(Duration.ofSeconds(10), Duration.ofHours(1), Duration.ofHours(1));
    }

    @Test
    void a_sweep_that_fails_is_not_the_last_one() {
        sweeping(CompletableFuture.failedStage(new StoreException("gone"))).start();
        timers.getLast().what().run();
        assertThat(timers).hasSize(2);
    }

    @Test
    void none_begins_after_the_end() {
        var sweeping = sweeping(CompletableFuture.completedStage(0));
        sweeping.start();
        sweeping.close();
        assertThat(taken).hasSize(1);
        timers.getLast().what().run();
        assertThat(timers).hasSize(1);
    }
}
