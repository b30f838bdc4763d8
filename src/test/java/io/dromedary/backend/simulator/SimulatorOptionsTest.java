package io.dromedary.backend.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatorOptionsTest {
    @Test
    void nothing_takes_time_by_default() {
        assertThat(SimulatorOptions.of(Map.of())).isEqualTo(new SimulatorOptions(Duration.ZERO, Duration.ZERO));
    }

    @Test
    void durations_have_units() {
        assertThat(SimulatorOptions.of(Map.of("delay", "2s", "pace", "20ms")))
                .isEqualTo(new SimulatorOptions(Duration.ofSeconds(2), Duration.ofMillis(20)));
        assertThat(SimulatorOptions.of(Map.of("delay", "1m")).delay()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "-1s", "fast", "", "1h"})
    void what_is_no_duration_is_refused_with_a_remedy(String written) {
        assertThatThrownBy(() -> SimulatorOptions.of(Map.of("pace", written)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'pace: " + written + "' is no duration; write it like 20ms, 2s or 1m.");
    }

    @Test
    void an_unknown_option_is_refused() {
        assertThatThrownBy(() -> SimulatorOptions.of(Map.of("speed", "1s")))
                .hasMessage("The simulator has no option 'speed'; it has delay and pace.");
    }
}
