package io.dromedary.observe;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether calls are traced: OpenTelemetry's own variables say so. Stands alone, so that nothing of OpenTelemetry is loaded
 * where the answer is no.
 */
public final class TraceSwitch {
    private TraceSwitch() {}

    /**
     * On where an endpoint is named, unless {@code OTEL_SDK_DISABLED} or {@code OTEL_TRACES_EXPORTER=none} switches it off.
     *
     * @param environment value of a variable by name, or null
     */
    public static boolean isOn(UnaryOperator<@Nullable String> environment) {
        return (isSet(environment.apply("OTEL_EXPORTER_OTLP_ENDPOINT"))
                        || isSet(environment.apply("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")))
                && !"true".equalsIgnoreCase(environment.apply("OTEL_SDK_DISABLED"))
                && !"none".equalsIgnoreCase(environment.apply("OTEL_TRACES_EXPORTER"));
    }

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isBlank();
    }
}
