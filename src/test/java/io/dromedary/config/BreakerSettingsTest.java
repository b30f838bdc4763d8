package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerSettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void a_window_is_made_of_whole_seconds() {
        refused(Duration.ofMillis(1_500), 50, 5, SECOND, "window is a multiple of PT1S");
        refused(Duration.ZERO, 50, 5, SECOND, "window is from PT1S to PT1H");
        refused(Duration.ofSeconds(Long.MAX_VALUE), 50, 5, SECOND, "window is from PT1S to PT1H");
    }

    @Test
    void a_failure_rate_is_a_percentage() {
        refused(SECOND, 0, 5, SECOND, "failureRate");
        refused(SECOND, 101, 5, SECOND, "failureRate");
    }

    @Test
    void some_calls_are_needed() {
        refused(SECOND, 50, 0, SECOND, "minimumCalls");
    }

    @Test
    void an_open_breaker_is_open_for_whole_milliseconds() {
        refused(SECOND, 50, 5, Duration.ofNanos(1_000_001), "openFor is a multiple of PT0.001S");
        refused(SECOND, 50, 5, Duration.ZERO, "openFor is from PT0.001S");
    }

    @Test
    void nothing_lasts_a_negative_time() {
        assertThatThrownBy(() -> settings(SECOND, 50, 5, SECOND, Duration.ofSeconds(-1)))
                .hasMessageContaining("rampOver is from PT0S");
    }

    @Test
    void zero_turns_a_ramp_off() {
        assertThat(settings(SECOND, 50, 5, SECOND, Duration.ZERO).rampOver()).isZero();
    }

    private static void refused(Duration window, int failureRate, int minimumCalls, Duration openFor, String message) {
        assertThatThrownBy(() -> settings(window, failureRate, minimumCalls, openFor, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static BreakerSettings settings(
            Duration window, int failureRate, int minimumCalls, Duration openFor, Duration rampOver) {
        return new BreakerSettings(window, failureRate, minimumCalls, SECOND, openFor, rampOver, SECOND, SECOND);
    }
}
