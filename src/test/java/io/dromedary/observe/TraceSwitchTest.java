package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class TraceSwitchTest {
    private static final String ENDPOINT = "http://collector:4318";

    @Test
    void calls_are_traced_where_an_endpoint_is_named() {
        assertThat(isOn(Map.of())).isFalse();
        assertThat(isOn(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " "))).isFalse();
        assertThat(isOn(Map.of("OTEL_SERVICE_NAME", "gateway"))).isFalse();
        assertThat(isOn(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ENDPOINT))).isTrue();
        assertThat(isOn(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", ENDPOINT))).isTrue();
    }

    @Test
    void two_variables_switch_it_off_all_the_same() {
        assertThat(isOn(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ENDPOINT, "OTEL_SDK_DISABLED", "true")))
                .isFalse();
        assertThat(isOn(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ENDPOINT, "OTEL_TRACES_EXPORTER", "none")))
                .isFalse();
        assertThat(isOn(Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        ENDPOINT,
                        "OTEL_SDK_DISABLED",
                        "false",
                        "OTEL_TRACES_EXPORTER",
                        "otlp")))
                .isTrue();
    }

    private static boolean isOn(Map<String, String> environment) {
        return TraceSwitch.isOn(environment::get);
    }
}
