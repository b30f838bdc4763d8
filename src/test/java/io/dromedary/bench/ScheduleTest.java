package io.dromedary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScheduleTest {

    private static final long START = -5_000_000_000L; // the clock may be below zero

    private final Schedule schedule = Schedule.from(START, 1_000, 2);

    @Test
    void arrivals_are_evenly_spaced_whatever_the_time_is() {
        assertThat(schedule.due(0, START)).isEqualTo(START);
        assertThat(schedule.due(1, START)).isEqualTo(START + 1_000_000);
        assertThat(schedule.due(1_500, START + 99)).isEqualTo(START + 1_500_000_000);
    }

    @Test
    void it_ends_after_as_many_arrivals_as_fit() {
        assertThat(schedule.over(1_999, START)).isFalse();
        assertThat(schedule.over(2_000, START)).isTrue();
        assertThat(schedule.seconds()).isEqualTo(2);
    }

    @Test
    void flat_out_is_always_due_until_the_end() {
        var flatOut = Schedule.from(START, Double.POSITIVE_INFINITY, 2);

        assertThat(flatOut.flatOut()).isTrue();
        assertThat(flatOut.due(123_456, START + 7)).isEqualTo(START + 7);
        assertThat(flatOut.over(123_456, START + 1_999_999_999)).isFalse();
        assertThat(flatOut.over(0, START + 2_000_000_000)).isTrue();
    }
}
