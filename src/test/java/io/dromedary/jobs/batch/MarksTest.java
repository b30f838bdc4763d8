package io.dromedary.jobs.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class MarksTest {
    @Test
    void the_mark_moves_as_far_as_everything_before_it_is_done() {
        var marks = new Marks(0, 0, List.of());

        marks.done(2, 20);
        assertThat(marks.line()).isZero();
        assertThat(marks.beyond()).containsExactly(2);

        marks.done(1, 10);
        assertThat(marks.line()).isEqualTo(2);
        assertThat(marks.offset()).isEqualTo(20);
        assertThat(marks.beyond()).isEmpty();
    }

    @Test
    void what_was_done_before_is_known_before_it_is_met_again() {
        var marks = new Marks(5, 50, List.of(7, 9));

        assertThat(marks.beyond()).containsExactly(7, 9);
        assertThat(marks.wasDone(6, 60)).isFalse();
        assertThat(marks.wasDone(7, 70)).isTrue();
        marks.done(6, 60);
        assertThat(marks.line()).isEqualTo(7);
        assertThat(marks.offset()).isEqualTo(70);
        assertThat(marks.beyond()).containsExactly(9);
    }

    @Test
    void in_whatever_order_lines_are_done_nothing_is_forgotten() {
        for (var seed = 0; seed < 100; seed++) {
            var random = new Random(seed);
            var order = new ArrayList<Integer>();
            for (var line = 1; line <= 50; line++) {
                order.add(line);
            }
            Collections.shuffle(order, random);
            var marks = new Marks(0, 0, List.of());
            var done = new TreeSet<Integer>();
            for (var line : order) {
                marks.done(line, line * 10L);
                done.add(line);
                var known = new TreeSet<>(marks.beyond());
                for (var below = 1; below <= marks.line(); below++) {
                    known.add(below);
                }
                assertThat(known).as("seed %d", seed).isEqualTo(done);
                assertThat(marks.offset()).isEqualTo(marks.line() * 10L);
            }
            assertThat(marks.line()).isEqualTo(50);
        }
    }
}
