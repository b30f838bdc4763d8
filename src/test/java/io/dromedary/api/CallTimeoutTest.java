package io.dromedary.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CallTimeoutTest {
    @ParameterizedTest
    @CsvSource({"2,2000", "0.5,500", "2s,2000", "500ms,500", "1m,60000", "' 3 ',3000", "0.001,1", "86400,86400000"})
    void seconds_and_durations_are_read(String header, long millis) {
        assertThat(CallTimeout.of(header)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void no_header_is_no_timeout() {
        assertThat(CallTimeout.of(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "0", "0.0001", "1h", "1e3", "2 s", "999999999", "1.", ".5", "NaN", "٣"})
    void everything_else_is_refused_by_name(String header) {
        assertThatThrownBy(() -> CallTimeout.of(header))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedException.class))
                .satisfies(e -> {
                    assertThat(e.refusal()).isInstanceOf(Refusal.BadRequest.class);
                    assertThat(e.refusal().param()).isEqualTo("x-dromedary-timeout");
                });
    }
}
