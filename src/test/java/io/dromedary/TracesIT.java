package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dromedary.testing.Chat;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.Received;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.SpanCollector;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a collector, the backends and the log are told of a call's trace. */
@Timeout(120)
final class TracesIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String ABOVE = "00f067aa0ba902b7";
    private static final String SECRET_PROMPT = "the-prompt-that-nobody-else-sees";
    private static final String WHOLE =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + SECRET_PROMPT + "\"}]}";
    private static final String STREAM = WHOLE.replace("{\"model\"", "{\"stream\":true,\"model\"");
    private static final String[] EVENTS = {
        ChatEvents.role(),
        ChatEvents.text("from the second"),
        ChatEvents.finish("stop"),
        ChatEvents.usage(11, 3),
        ChatEvents.DONE
    };

    private static GatewayProcess.Builder gateway(ScriptedBackend first, ScriptedBackend second) {
        return GatewayProcess.with().backend("first", backend(first, 1)).backend("second", backend(second, 2));
    }

    private static String backend(ScriptedBackend backend, int priority) {
        return """
                dialect: openai
                url: %s/v1
                timeouts: { firstToken: 1s, betweenTokens: 5s }
                models: { m: { upstream: up, priority: %d } }
                """.formatted(backend.url(), priority);
    }

    private static GatewayProcess.Builder traced(GatewayProcess.Builder gateway, String endpoint) {
        return gateway.environment("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
                .environment("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=acme")
                .environment("OTEL_BSP_SCHEDULE_DELAY", "100");
    }

    private static HttpResponse<String> ask(GatewayProcess gateway, String body, String... headers) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/chat/completions"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(Duration.ofSeconds(60))
                    .header("content-type", "application/json")
                    .header("authorization", "Bearer " + GatewayProcess.KEY);
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(
                    request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
        }
    }

    private static List<Span> spans(SpanCollector collector, String traceId, int count) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> collector.spans(traceId).size() >= count);
        return collector.spans(traceId).stream()
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();
    }

    private static String traceparent(Span span) {
        return "00-" + SpanCollector.id(span.getTraceId()) + "-" + SpanCollector.id(span.getSpanId()) + "-01";
    }

    @Test
    void a_call_that_failed_over_is_one_trace_from_its_caller_down_to_each_backend() throws Exception {
        try (var first = ScriptedBackend.start(
                        request -> Script.json(503, "{\"error\":{\"message\":\"cannot say " + SECRET_PROMPT + "\"}}"));
                var second = ScriptedBackend.start(request -> Script.stream(EVENTS));
                var collector = SpanCollector.start();
                var gateway = traced(gateway(first, second), collector.url()).start()) {
            var before = now();
            var response =
                    ask(gateway, STREAM, "traceparent", "00-" + TRACE + "-" + ABOVE + "-01", "tracestate", "vendor=1");
            var after = now();
            assertThat(response.body()).contains("from the second").endsWith("data: [DONE]\n\n");

            var spans = spans(collector, TRACE, 4);
            assertThat(spans).hasSize(4);
            var call = spans.getFirst();
            assertThat(call.getName()).isEqualTo("POST /v1/chat/completions");
            assertThat(call.getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(SpanCollector.id(call.getParentSpanId())).isEqualTo(ABOVE);
            assertThat(call.getTraceState()).isEqualTo("vendor=1");
            assertThat(call.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
            assertThat(SpanCollector.text(call, "gen_ai.request.model")).isEqualTo("m");
            assertThat(SpanCollector.text(call, "dromedary.backend")).isEqualTo("second");
            assertThat(SpanCollector.text(call, "dromedary.request_id")).isEqualTo(Chat.requestId(response));

            var attempts = spans.subList(1, 4);
            assertThat(attempts).allSatisfy(attempt -> {
                assertThat(attempt.getName()).isEqualTo("chat up");
                assertThat(attempt.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
                assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
                assertThat(attempt.getStartTimeUnixNano()).isGreaterThanOrEqualTo(call.getStartTimeUnixNano());
                assertThat(attempt.getEndTimeUnixNano())
                        .isBetween(attempt.getStartTimeUnixNano() + 1, call.getEndTimeUnixNano());
            });
            assertThat(attempts)
                    .extracting(attempt -> SpanCollector.text(attempt, "dromedary.backend") + " "
                            + SpanCollector.text(attempt, "dromedary.attempt.outcome") + " "
                            + attempt.getStatus().getMessage())
                    .containsExactly("first overloaded 503", "first overloaded 503", "second answered ");
            assertThat(attempts.get(0).getEndTimeUnixNano())
                    .isLessThanOrEqualTo(attempts.get(1).getStartTimeUnixNano());
            // clocks of two processes on one machine: the same, but for the rounding
            var slack = TimeUnit.MILLISECONDS.toNanos(2);
            assertThat(call.getStartTimeUnixNano()).isGreaterThanOrEqualTo(before - slack);
            assertThat(call.getEndTimeUnixNano()).isLessThanOrEqualTo(after + slack + TimeUnit.SECONDS.toNanos(1));

            assertThat(first.received())
                    .extracting(request -> request.header("traceparent"))
                    .containsExactly(traceparent(attempts.get(0)), traceparent(attempts.get(1)));
            assertThat(second.received())
                    .extracting(request -> request.header("traceparent"))
                    .containsExactly(traceparent(attempts.get(2)));
            assertThat(second.received().getFirst().header("tracestate")).isEqualTo("vendor=1");

            assertThat(collector.services()).containsOnly("dromedary");
            assertThat(collector.headers())
                    .allSatisfy(headers -> assertThat(headers).containsEntry("x-tenant", "acme"));
            assertThat(collector.spans().toString())
                    .doesNotContain(SECRET_PROMPT)
                    .doesNotContain("127.0.0.1")
                    .doesNotContain(GatewayProcess.KEY)
                    .doesNotContain("\"demo\"");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(gateway.log())
                            .anyMatch(line -> line.contains("\"trace_id\":\"" + TRACE + "\"")));
        }
    }

    @Test
    void an_attempt_that_was_outpaced_is_told_from_the_one_that_outpaced_it() throws Exception {
        try (var first = ScriptedBackend.start(request -> Script.stream().stall());
                var second = ScriptedBackend.start(request -> Script.stream(EVENTS));
                var collector = SpanCollector.start();
                var gateway = traced(gateway(first, second), collector.url()).start()) {
            assertThat(ask(gateway, STREAM, "traceparent", "00-" + TRACE + "-" + ABOVE + "-01")
                            .statusCode())
                    .isEqualTo(200);

            var attempts = spans(collector, TRACE, 3).subList(1, 3);
            assertThat(attempts)
                    .extracting(attempt -> SpanCollector.text(attempt, "dromedary.backend") + " "
                            + SpanCollector.text(attempt, "dromedary.attempt.outcome") + " " + isHedge(attempt))
                    .containsExactly("first outpaced false", "second answered true");
            assertThat(attempts.get(0).getEndTimeUnixNano())
                    .isGreaterThan(attempts.get(1).getStartTimeUnixNano());
            var metrics = Chat.get(gateway.managementUrl() + "/observe/metrics").body();
            assertThat(metrics)
                    .contains(
                            "dromedary_hedges_total{backend=\"second\",outcome=\"answered\",upstream_model=\"up\"} 1.0")
                    .contains("dromedary_hedges_in_flight 0.0")
                    .containsPattern(
                            "dromedary_outpaced_seconds_total\\{backend=\"first\",upstream_model=\"up\"} [1-9]")
                    .contains(
                            "dromedary_backend_condition{backend=\"first\",condition=\"closed\",upstream_model=\"up\"} 1.0")
                    .contains(
                            "dromedary_backend_condition{backend=\"first\",condition=\"open\",upstream_model=\"up\"} 0.0");
        }
    }

    private static boolean isHedge(Span attempt) {
        return attempt.getAttributesList().stream()
                .anyMatch(attribute -> attribute.getKey().equals("dromedary.attempt.hedge")
                        && attribute.getValue().getBoolValue());
    }

    @Test
    void without_an_endpoint_nobody_is_told_of_a_trace_and_nothing_of_opentelemetry_is_loaded(@TempDir Path folder)
            throws Exception {
        var loaded = folder.resolve("loaded.txt");
        try (var first = ScriptedBackend.start(request -> Script.stream(EVENTS));
                var second = ScriptedBackend.start();
                var gateway = gateway(first, second)
                        .jvm("-Xlog:class+load:file=" + loaded)
                        .start()) {
            ask(gateway, STREAM, "traceparent", "00-" + TRACE + "-" + ABOVE + "-01");

            assertThat(first.received())
                    .singleElement()
                    .extracting((Received request) -> request.header("traceparent"))
                    .isNull();
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(gateway.log()).anyMatch(line -> line.contains("\"request_id\"")));
            assertThat(gateway.log()).noneMatch(line -> line.contains("trace_id"));
            assertThat(Chat.get(gateway.managementUrl() + "/observe/metrics").statusCode())
                    .isEqualTo(200);
            gateway.stop();
            assertThat(Files.readString(loaded))
                    .contains("io.dromedary.observe.TraceSwitch")
                    .doesNotContain("io.opentelemetry");
        }
    }

    @Test
    void what_waits_to_be_sent_is_sent_before_the_gateway_ends() throws Exception {
        try (var first = ScriptedBackend.start(request -> Script.stream(EVENTS));
                var second = ScriptedBackend.start();
                var collector = SpanCollector.start();
                var gateway = traced(gateway(first, second), collector.url())
                        .environment("OTEL_BSP_SCHEDULE_DELAY", "600000")
                        .start()) {
            ask(gateway, STREAM, "traceparent", "00-" + TRACE + "-" + ABOVE + "-01");
            assertThat(collector.spans()).isEmpty();

            assertThat(gateway.stop()).isZero();
            assertThat(collector.spans(TRACE)).hasSize(2);
        }
    }

    @Test
    void an_endpoint_that_is_down_costs_one_warning_a_minute_and_no_call() throws Exception {
        try (var first = ScriptedBackend.start(request -> Script.stream(EVENTS));
                var second = ScriptedBackend.start();
                var gateway = traced(gateway(first, second), ScriptedBackend.nobody())
                        .environment("OTEL_EXPORTER_OTLP_TIMEOUT", "200")
                        .start()) {
            var began = System.nanoTime();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(ask(gateway, STREAM).statusCode()).isEqualTo(200);
                assertThat(gateway.log()).anyMatch(line -> line.contains("spans could not be sent"));
            });
            for (var i = 0; i < 20; i++) {
                assertThat(ask(gateway, STREAM).statusCode()).isEqualTo(200);
            }
            assertThat(gateway.stop()).isZero();
            assertThat(gateway.log())
                    .filteredOn(
                            line -> line.contains("WARN") || line.contains("SEVERE") || line.contains("opentelemetry"))
                    .hasSizeBetween(1, 1 + (int) TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - began));
        }
    }

    @Test
    void a_variable_that_cannot_be_followed_leaves_a_gateway_without_traces() throws Exception {
        try (var first = ScriptedBackend.start(request -> Script.stream(EVENTS));
                var second = ScriptedBackend.start();
                var gateway = traced(gateway(first, second), ScriptedBackend.nobody())
                        .environment("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
                        .start()) {
            assertThat(ask(gateway, STREAM).statusCode()).isEqualTo(200);
            assertThat(gateway.log()).anyMatch(line -> line.contains("WARN") && line.contains("calls are not traced"));
        }
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }
}
