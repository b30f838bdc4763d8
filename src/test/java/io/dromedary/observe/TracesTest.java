package io.dromedary.observe;

import static io.opentelemetry.api.common.AttributeKey.booleanKey;
import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.TraceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TracesTest {
    private static final String ROUTE = "/v1/chat/completions";
    private static final Instant AT = Instant.parse("2026-03-04T05:06:07.089Z");
    private static final long AT_NANOS = TimeUnit.MILLISECONDS.toNanos(AT.toEpochMilli());
    private static final long MILLI = 1_000_000;
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final Traces traces = traces(Sampler.parentBased(Sampler.alwaysOn()));

    @AfterEach
    void close() {
        traces.close();
    }

    @Test
    void a_call_without_a_trace_begins_one() {
        var context = traces.begin("POST", ROUTE, name -> null);

        assertThat(context.traceId()).matches("[0-9a-f]{32}");
        assertThat(context.spanId()).matches("[0-9a-f]{16}");
        assertThat(context.parentId()).isNull();
        assertThat(context.sampled()).isTrue();
        assertThat(context.state()).isEmpty();
        assertThat(traces.begin("POST", ROUTE, name -> null).traceId()).isNotEqualTo(context.traceId());
    }

    @Test
    void the_trace_of_a_caller_is_continued_with_its_state() {
        var context = begin(Map.of("traceparent", PARENT, "tracestate", "vendor=1, other=2"));

        assertThat(context.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(context.parentId()).isEqualTo("00f067aa0ba902b7");
        assertThat(context.spanId()).isNotEqualTo("00f067aa0ba902b7");
        assertThat(context.sampled()).isTrue();
        assertThat(context.state()).isEqualTo("vendor=1,other=2");
    }

    @Test
    void what_is_no_trace_of_a_caller_begins_another() {
        for (var header : List.of(
                "nonsense",
                "",
                PARENT + "," + PARENT,
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01\r\nx: y")) {
            var context = begin(Map.of("traceparent", header, "tracestate", "vendor=1"));
            assertThat(context.parentId()).as(header).isNull();
            assertThat(context.state()).as(header).isEmpty();
        }
    }

    @Test
    void a_caller_who_does_not_sample_is_followed_and_no_span_is_made() {
        var context = begin(Map.of("traceparent", PARENT.replaceAll("01$", "00")));
        assertThat(context.sampled()).isFalse();
        assertThat(context.traceparent()).endsWith("-00");

        traces.record(call(context, 200, Ended.ANSWERED, null, List.of()));
        assertThat(exported.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void the_sampler_is_asked_when_a_call_comes_in() {
        try (var never = traces(Sampler.alwaysOff())) {
            assertThat(never.begin("POST", ROUTE, name -> null).sampled()).isFalse();
        }
    }

    @Test
    void a_call_and_its_attempts_are_spans_with_the_ids_and_times_that_they_had() {
        var context = begin(Map.of("traceparent", PARENT, "tracestate", "vendor=1"));
        var silent = attempt(context.child(1), "silent", "timed_out", "no first token in time", 0);
        var quick = attempt(context.child(2), "quick", "answered", null, 0);

        traces.record(call(context, 200, Ended.ANSWERED, null, List.of(silent, quick)));

        var call = span("POST " + ROUTE);
        assertThat(call.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(call.getTraceId()).isEqualTo(context.traceId());
        assertThat(call.getSpanId()).isEqualTo(context.spanId());
        assertThat(call.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(call.getParentSpanContext().isRemote()).isTrue();
        assertThat(call.getSpanContext().getTraceState().get("vendor")).isEqualTo("1");
        assertThat(call.getStartEpochNanos()).isEqualTo(AT_NANOS);
        assertThat(call.getEndEpochNanos()).isEqualTo(AT_NANOS + 1500 * MILLI);
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);

        var attempts = exported.getFinishedSpanItems().stream()
                .filter(span -> span.getKind() == SpanKind.CLIENT)
                .toList();
        assertThat(attempts)
                .extracting(SpanData::getSpanId)
                .containsExactly(context.child(1).spanId(), context.child(2).spanId());
        assertThat(attempts).allSatisfy(attempt -> {
            assertThat(attempt.getName()).isEqualTo("chat up-model");
            assertThat(attempt.getTraceId()).isEqualTo(context.traceId());
            assertThat(attempt.getParentSpanId()).isEqualTo(context.spanId());
            assertThat(attempt.getParentSpanContext().isRemote()).isFalse();
            assertThat(attempt.getStartEpochNanos()).isEqualTo(AT_NANOS + 20 * MILLI);
            assertThat(attempt.getEndEpochNanos()).isEqualTo(AT_NANOS + 820 * MILLI);
        });
        assertThat(attempts.getFirst().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(attempts.getFirst().getStatus().getDescription()).isEqualTo("no first token in time");
        assertThat(attempts.getLast().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void a_call_says_what_the_conventions_name_and_neither_who_called_nor_what_was_said() {
        var context = begin(Map.of());
        traces.record(call(
                context, 200, Ended.ANSWERED, null, List.of(attempt(context.child(1), "quick", "answered", null, 0))));

        assertThat(span("POST " + ROUTE).getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put(stringKey("http.request.method"), "POST")
                        .put(stringKey("http.route"), ROUTE)
                        .put(longKey("http.response.status_code"), 200L)
                        .put(stringKey("url.scheme"), "http")
                        .put(stringKey("gen_ai.operation.name"), "chat")
                        .put(stringKey("gen_ai.provider.name"), "openai")
                        .put(stringKey("gen_ai.request.model"), "asked")
                        .put(stringKey("gen_ai.response.model"), "answering")
                        .put(booleanKey("gen_ai.request.stream"), true)
                        .put(longKey("gen_ai.usage.input_tokens"), 12L)
                        .put(longKey("gen_ai.usage.output_tokens"), 345L)
                        .put(stringKey("dromedary.request_id"), "req_1")
                        .put(stringKey("dromedary.ended"), "answered")
                        .put(stringKey("dromedary.backend"), "quick")
                        .put(longKey("dromedary.attempts"), 1L)
                        .build()
                        .asMap());
    }

    @Test
    void an_attempt_says_where_it_went_and_what_became_of_it() {
        var context = begin(Map.of());
        traces.record(call(
                context, 200, Ended.ANSWERED, null, List.of(attempt(context.child(1), "sick", "faulty", "503", 503))));

        assertThat(span("chat up-model").getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put(stringKey("gen_ai.operation.name"), "chat")
                        .put(stringKey("gen_ai.provider.name"), "openai")
                        .put(stringKey("gen_ai.request.model"), "up-model")
                        .put(booleanKey("gen_ai.request.stream"), true)
                        .put(doubleKey("gen_ai.response.time_to_first_chunk"), 0.25)
                        .put(longKey("gen_ai.usage.output_tokens"), 7L)
                        .put(stringKey("dromedary.backend"), "sick")
                        .put(longKey("dromedary.attempt.number"), 1L)
                        .put(stringKey("dromedary.attempt.outcome"), "faulty")
                        .put(booleanKey("dromedary.attempt.hedge"), true)
                        .put(stringKey("error.type"), "faulty")
                        .put(longKey("http.response.status_code"), 503L)
                        .build()
                        .asMap());
    }

    @Test
    void an_error_of_ours_or_of_every_backend_is_one_and_the_callers_own_is_none() {
        assertError(502, Ended.REFUSED, "backends_failed", "backends_failed");
        assertError(500, Ended.REFUSED, null, "500");
        assertError(200, Ended.CUT, null, "stream_broken");
        assertError(400, Ended.REFUSED, "unknown_parameter", null);
        assertError(0, Ended.LEFT, null, null);
    }

    private void assertError(int status, Ended ended, @Nullable String code, @Nullable String type) {
        exported.reset();
        traces.record(call(begin(Map.of()), status, ended, code, List.of()));
        var span = span("POST " + ROUTE);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(type == null ? StatusCode.UNSET : StatusCode.ERROR);
        assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo(type);
        assertThat(span.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(status == 0 ? null : Long.valueOf(status));
    }

    @Test
    void methods_and_paths_that_callers_make_up_name_no_span() {
        var figures = new CallFigures("other", 404, Ended.REFUSED, null, null, null, "not_found", 1, -1, -1, -1);
        traces.record(new CallSpan(
                begin(Map.of()), "FROBNICATE", false, true, "req_1", AT, figures, false, null, null, List.of()));

        assertThat(span("HTTP").getAttributes().asMap())
                .isEqualTo(Attributes.builder()
                        .put(stringKey("http.request.method"), "_OTHER")
                        .put(longKey("http.response.status_code"), 404L)
                        .put(stringKey("url.scheme"), "https")
                        .put(stringKey("dromedary.request_id"), "req_1")
                        .put(stringKey("dromedary.ended"), "refused")
                        .build()
                        .asMap());
    }

    private Traces traces(Sampler sampler) {
        var provider = SdkTracerProvider.builder()
                .setIdGenerator(new GivenIds())
                .setSampler(Sampler.alwaysOn())
                .addSpanProcessor(SimpleSpanProcessor.create(exported))
                .build();
        return new Traces(provider, sampler, new SplittableRandom(7));
    }

    private TraceContext begin(Map<String, String> headers) {
        return traces.begin("POST", ROUTE, headers::get);
    }

    private SpanData span(String name) {
        return exported.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static CallSpan call(
            TraceContext context, int status, Ended ended, @Nullable String error, List<AttemptSpan> attempts) {
        var figures = new CallFigures(
                ROUTE, status, ended, "chat", "asked", "openai", error, 1500 * MILLI, 250 * MILLI, 12, 345);
        return new CallSpan(context, "POST", true, false, "req_1", AT, figures, true, "answering", "quick", attempts);
    }

    private static AttemptSpan attempt(
            TraceContext context, String backend, String outcome, @Nullable String failure, int status) {
        return new AttemptSpan(
                context,
                backend,
                "openai",
                "up-model",
                true,
                outcome,
                failure,
                status,
                20 * MILLI,
                250 * MILLI,
                800 * MILLI,
                -1,
                7);
    }
}
