package io.dromedary.observe;

import io.dromedary.api.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Traces of calls, sent with OpenTelemetry's protocol. When a call comes in only its ids are made, and whether it is kept
 * is decided; its spans are made when it has ended, with the times that they had.
 */
public final class Traces implements AutoCloseable {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
    private static final HexFormat HEX = HexFormat.of();
    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final TextMapGetter<UnaryOperator<@Nullable String>> HEADERS =
            (headers, name) -> headers == null ? null : headers.apply(name);

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Sampler sampler;
    private final RandomGenerator random;

    /**
     * With an SDK of one's own.
     *
     * @param provider samples whatever it is given, with the ids of {@link GivenIds}
     * @param sampler decides when a call comes in
     * @param random may be used by many threads
     */
    Traces(SdkTracerProvider provider, Sampler sampler, RandomGenerator random) {
        this.provider = provider;
        this.tracer = provider.get("io.dromedary");
        this.sampler = sampler;
        this.random = random;
    }

    /**
     * As OpenTelemetry's environment variables say, or null where they cannot be followed, which the log explains: a
     * gateway without traces is better than none.
     *
     * @param random may be used by many threads
     */
    public static @Nullable Traces start(RandomGenerator random) {
        return TraceSetup.start(random);
    }

    /**
     * The place of a call that came in: in the trace that its caller began, or in one of its own.
     *
     * @param route the pattern that serves its path, or null
     * @param headers value of a header by lower-case name, or null
     */
    public TraceContext begin(String method, @Nullable String route, UnaryOperator<@Nullable String> headers) {
        var above = W3C.extract(Context.root(), headers, HEADERS);
        var parent = Span.fromContext(above).getSpanContext();
        var traceId = parent.isValid() ? parent.getTraceId() : id() + id();
        var sampling = sampler.shouldSample(
                above,
                traceId,
                SpanAttributes.name(method, route),
                SpanKind.SERVER,
                SpanAttributes.early(method, route),
                List.of());
        return new TraceContext(
                traceId,
                id(),
                parent.isValid() ? parent.getSpanId() : null,
                sampling.getDecision() == SamplingDecision.RECORD_AND_SAMPLE,
                text(sampling.getUpdatedTraceState(parent.getTraceState())));
    }

    /** 64 random bits that are not all 0, which is no id. */
    private String id() {
        var bits = random.nextLong();
        while (bits == 0) {
            bits = random.nextLong();
        }
        return HEX.toHexDigits(bits);
    }

    /** As the header {@code tracestate} says it. */
    private static String text(TraceState state) {
        if (state.isEmpty()) {
            return "";
        }
        // any ids will do, and these are valid
        var bearer = SpanContext.create("0".repeat(31) + "1", "0".repeat(15) + "1", TraceFlags.getDefault(), state);
        Map<String, String> headers = new HashMap<>();
        W3C.inject(Context.root().with(Span.wrap(bearer)), headers, (into, name, value) -> {
            if (into != null) {
                into.put(name, value);
            }
        });
        return headers.getOrDefault("tracestate", "");
    }

    private static TraceState state(TraceContext context) {
        if (context.state().isEmpty()) {
            return TraceState.getDefault();
        }
        UnaryOperator<@Nullable String> headers =
                name -> "tracestate".equals(name) ? context.state() : context.traceparent();
        return Span.fromContext(W3C.extract(Context.root(), headers, HEADERS))
                .getSpanContext()
                .getTraceState();
    }

    /** Makes the spans of a call that has ended. Nothing happens where its trace is not kept. Never waits. */
    public void record(CallSpan call) {
        if (!call.context().sampled()) {
            return;
        }
        var at = nanos(call.at());
        var figures = call.figures();
        var route = call.routed() ? figures.endpoint() : null;
        var span = span(call.context(), SpanAttributes.name(call.method(), route), SpanKind.SERVER, true)
                .setStartTimestamp(at, TimeUnit.NANOSECONDS)
                .setAllAttributes(SpanAttributes.of(call));
        end(call.context(), span, SpanAttributes.error(figures) == null ? null : "", at + figures.durationNanos());
        for (var i = 0; i < call.attempts().size(); i++) {
            record(call.attempts().get(i), i + 1, call, at);
        }
    }

    private void record(AttemptSpan attempt, int number, CallSpan call, long callBegan) {
        var began = callBegan + attempt.sinceNanos();
        var operation = Objects.requireNonNullElse(call.figures().operation(), "chat");
        var span = span(attempt.context(), operation + " " + attempt.model(), SpanKind.CLIENT, false)
                .setStartTimestamp(began, TimeUnit.NANOSECONDS)
                .setAllAttributes(SpanAttributes.of(attempt, number, operation, call.stream()));
        end(attempt.context(), span, attempt.failure(), began + attempt.durationNanos());
    }

    /** @param remote the span above it is not ours */
    private SpanBuilder span(TraceContext context, String name, SpanKind kind, boolean remote) {
        var span = tracer.spanBuilder(name).setSpanKind(kind);
        var parentId = context.parentId();
        if (parentId == null) {
            return span.setNoParent();
        }
        var flags = context.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        var state = state(context);
        var parent = remote
                ? SpanContext.createFromRemoteParent(context.traceId(), parentId, flags, state)
                : SpanContext.create(context.traceId(), parentId, flags, state);
        return span.setParent(Context.root().with(Span.wrap(parent)));
    }

    /** @param error what went wrong, perhaps empty; null where all went well */
    private static void end(TraceContext context, SpanBuilder builder, @Nullable String error, long at) {
        var span = ScopedValue.where(GivenIds.NEXT, context).call(builder::startSpan);
        if (error != null) {
            span.setStatus(StatusCode.ERROR, error);
        }
        span.end(at, TimeUnit.NANOSECONDS);
    }

    private static long nanos(Instant at) {
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }

    /** Sends what is waiting, for up to three seconds, and ends. Spans that come later are dropped. */
    @Override
    public void close() {
        provider.shutdown().join(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
