package io.dromedary.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The histograms of one set of labels, with the names and bucket boundaries of OpenTelemetry's semantic conventions for
 * generative AI. A label that does not apply is empty, which Prometheus takes as absent.
 */
record GenAiMeters(Timer duration, Timer firstToken, DistributionSummary input, DistributionSummary output) {
    /** 10 ms, doubled thirteen times. */
    private static final Duration[] DURATIONS =
            millis(10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_240, 20_480, 40_960, 81_920);

    private static final Duration[] FIRST_TOKENS =
            millis(1, 5, 10, 20, 40, 60, 80, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000);

    /** Powers of four from 1 to 4^13. */
    private static final double[] TOKENS =
            LongStream.range(0, 14).mapToDouble(power -> 1L << (2 * power)).toArray();

    static GenAiMeters in(
            MeterRegistry registry, String operation, String model, @Nullable String provider, @Nullable String error) {
        var tags = Tags.of(
                "gen_ai.operation.name",
                operation,
                "gen_ai.request.model",
                model,
                "gen_ai.provider.name",
                provider == null ? "" : provider,
                "error.type",
                error == null ? "" : error);
        return new GenAiMeters(
                timer(registry, "gen_ai.server.request.duration", "The whole call.", DURATIONS, tags),
                timer(
                        registry,
                        "gen_ai.server.time_to_first_token",
                        "Until the first event of a stream.",
                        FIRST_TOKENS,
                        tags),
                tokens(registry, tags.and("gen_ai.token.type", "input")),
                tokens(registry, tags.and("gen_ai.token.type", "output")));
    }

    void record(CallFigures call) {
        duration.record(call.durationNanos(), TimeUnit.NANOSECONDS);
        if (call.firstTokenNanos() >= 0) {
            firstToken.record(call.firstTokenNanos(), TimeUnit.NANOSECONDS);
        }
        if (call.promptTokens() >= 0) {
            input.record((double) call.promptTokens());
        }
        if (call.completionTokens() >= 0) {
            output.record((double) call.completionTokens());
        }
    }

    private static Timer timer(MeterRegistry registry, String name, String description, Duration[] buckets, Tags tags) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(buckets)
                .tags(tags)
                .register(registry);
    }

    private static DistributionSummary tokens(MeterRegistry registry, Tags tags) {
        return DistributionSummary.builder("gen_ai.client.token.usage")
                .description("Tokens of one call, as the backend counted them.")
                .serviceLevelObjectives(TOKENS)
                .tags(tags)
                .register(registry);
    }

    private static Duration[] millis(long... values) {
        return Arrays.stream(values).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
