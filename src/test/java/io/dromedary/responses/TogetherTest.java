package io.dromedary.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TogetherTest {
    private final Together together = new Together();
    private final List<Runnable> later = new ArrayList<>();
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final Loop loop = loop(later);

    private static Loop loop(List<Runnable> later) {
        return new Loop() {
            @Override
            public void execute(Runnable task) {
                task.run();
            }

            @Override
            public void later(Runnable task) {
                later.add(task);
            }
        };
    }

    private CompletionStage<Integer> work(int value) {
        return together.begin(loop, () -> {
            threads.add(Thread.currentThread());
            return CompletableFuture.completedStage(value);
        });
    }

    private void turn() {
        var tasks = List.copyOf(later);
        later.clear();
        tasks.forEach(Runnable::run);
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void nothing_begins_before_the_loop_has_read_all() {
        var one = work(1);
        assertThat(threads).isEmpty();
        assertThat(one.toCompletableFuture()).isNotDone();
        assertThat(later).hasSize(1);
    }

    @Test
    void one_alone_begins_on_the_loop() {
        var one = work(1);
        turn();
        assertThat(one.toCompletableFuture()).isCompletedWithValue(1);
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void many_begin_in_order_on_one_thread_that_is_not_the_loop() throws Exception {
        var all = List.of(work(1), work(2), work(3));
        assertThat(later).as("one task for all").hasSize(1);
        turn();
        for (var i = 0; i < 3; i++) {
            assertThat(done(all.get(i))).isEqualTo(i + 1);
        }
        assertThat(threads).hasSize(3).containsOnly(threads.peek()).doesNotContain(Thread.currentThread());
    }

    @Test
    void the_next_turn_of_the_loop_has_its_own() throws Exception {
        work(1);
        work(2);
        turn();
        var next = work(3);
        turn();
        assertThat(done(next)).isEqualTo(3);
    }

    @Test
    void loops_do_not_wait_for_each_other() {
        List<Runnable> others = new ArrayList<>();
        var waits = work(1);
        var other = together.begin(loop(others), () -> CompletableFuture.completedStage(2));
        others.getFirst().run();
        assertThat(other.toCompletableFuture()).isCompletedWithValue(2);
        assertThat(waits.toCompletableFuture()).isNotDone();
    }

    @Test
    void a_failure_is_that_of_one_alone() throws Exception {
        var thrown = together.<Integer>begin(loop, () -> {
            throw new IllegalStateException("thrown");
        });
        var failed =
                together.<Integer>begin(loop, () -> CompletableFuture.failedStage(new IllegalStateException("failed")));
        var whole = work(3);
        turn();
        assertThat(done(whole)).isEqualTo(3);
        assertThatThrownBy(() -> done(thrown)).hasMessageContaining("thrown");
        assertThatThrownBy(() -> done(failed)).hasMessageContaining("failed");
    }
}
