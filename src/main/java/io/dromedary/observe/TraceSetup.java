package io.dromedary.observe;

import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OpenTelemetry's SDK as its environment variables say, with a few defaults of our own. */
final class TraceSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TraceSetup.class);

    /** What the exporter says of its troubles, {@link QuietExporter} says once a minute. Held, because levels are weak. */
    private static final java.util.logging.Logger EXPORTERS =
            java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

    /** The JDK's client speaks no gRPC; metrics and logs go their own ways. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "dromedary",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    private TraceSetup() {}

    static @Nullable Traces start(RandomGenerator random) {
        EXPORTERS.setLevel(Level.OFF);
        var sampler = new AtomicReference<>(Sampler.parentBased(Sampler.alwaysOn()));
        try {
            var sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .disableShutdownHook()
                    .addPropertiesSupplier(() -> DEFAULTS)
                    // asked when a call comes in; by the time of its spans all is decided
                    .addSamplerCustomizer((chosen, properties) -> {
                        sampler.set(chosen);
                        return Sampler.alwaysOn();
                    })
                    .addTracerProviderCustomizer((builder, properties) -> builder.setIdGenerator(new GivenIds()))
                    .addSpanExporterCustomizer((exporter, properties) -> new QuietExporter(exporter, System::nanoTime))
                    .build()
                    .getOpenTelemetrySdk();
            return new Traces(sdk.getSdkTracerProvider(), sampler.get(), random);
        } catch (RuntimeException e) {
            LOG.warn(
                    "calls are not traced, because OpenTelemetry cannot be set up as its variables say: {}", reason(e));
            return null;
        }
    }

    private static String reason(Throwable e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + reason(e.getCause());
    }
}
