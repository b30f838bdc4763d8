package io.dromedary.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopExecutorTest {
    private final List<String> ran = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private boolean onLoop = true;
    private final LoopExecutor executor = new LoopExecutor(() -> onLoop, later::add);

    @Test
    void on_the_loop_a_task_runs_at_once() {
        executor.execute(() -> ran.add("one"));
        assertThat(ran).containsExactly("one");
        assertThat(later).isEmpty();
    }

    @Test
    void from_elsewhere_a_task_runs_later_on_the_loop() {
        onLoop = false;
        executor.execute(() -> ran.add("one"));
        assertThat(ran).isEmpty();
        onLoop = true;
        later.forEach(Runnable::run);
        assertThat(ran).containsExactly("one");
    }

    @Test
    void what_a_task_leads_to_runs_after_it_in_order() {
        executor.execute(() -> {
            executor.execute(() -> ran.add("second"));
            executor.execute(() -> ran.add("third"));
            ran.add("first");
        });
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void a_long_chain_does_not_pile_up_on_the_stack() {
        chain(1_000_000);
        assertThat(ran).containsExactly("end");
    }

    private void chain(int left) {
        executor.execute(() -> {
            if (left == 0) {
                ran.add("end");
            } else {
                chain(left - 1);
            }
        });
    }

    @Test
    void a_task_that_fails_stops_no_other() {
        assertThatThrownBy(() -> executor.execute(() -> {
                    executor.execute(() -> {
                        throw new IllegalStateException("the second");
                    });
                    executor.execute(() -> ran.add("third"));
                    throw new IllegalStateException("the first");
                }))
                .hasMessage("the first");
        executor.execute(() -> ran.add("fourth"));
        assertThat(ran).containsExactly("third", "fourth");
    }
}
