package io.dromedary.observe;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What spans say, under the names of OpenTelemetry's semantic conventions for HTTP and for generative AI where they have
 * one.
 */
final class SpanAttributes {
    static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> ASKED_MODEL = AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<String> ANSWERING_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    private static final AttributeKey<Boolean> STREAM = AttributeKey.booleanKey("gen_ai.request.stream");
    private static final AttributeKey<Long> INPUT = AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT = AttributeKey.longKey("gen_ai.usage.output_tokens");
    private static final AttributeKey<Double> FIRST_CHUNK =
            AttributeKey.doubleKey("gen_ai.response.time_to_first_chunk");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("dromedary.request_id");
    private static final AttributeKey<String> ENDED = AttributeKey.stringKey("dromedary.ended");
    private static final AttributeKey<String> BACKEND = AttributeKey.stringKey("dromedary.backend");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("dromedary.attempts");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("dromedary.attempt.outcome");
    private static final AttributeKey<Long> NUMBER = AttributeKey.longKey("dromedary.attempt.number");
    private static final AttributeKey<Boolean> HEDGE = AttributeKey.booleanKey("dromedary.attempt.hedge");

    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private SpanAttributes() {}

    /** Method and route; callers may make methods up, and paths that nobody serves. */
    static String name(String method, @Nullable String route) {
        var verb = METHODS.contains(method) ? method : "HTTP";
        return route == null ? verb : verb + " " + route;
    }

    /** What is known when a call comes in. */
    static Attributes early(String method, @Nullable String route) {
        return begin(method, route).build();
    }

    private static AttributesBuilder begin(String method, @Nullable String route) {
        var attributes = Attributes.builder().put(METHOD, METHODS.contains(method) ? method : "_OTHER");
        return route == null ? attributes : attributes.put(ROUTE, route);
    }

    static Attributes of(CallSpan call) {
        var figures = call.figures();
        var attributes = begin(call.method(), call.routed() ? figures.endpoint() : null)
                .put(SCHEME, call.tls() ? "https" : "http")
                .put(REQUEST_ID, call.requestId())
                .put(ENDED, figures.ended().label());
        if (figures.status() > 0) {
            attributes.put(STATUS, (long) figures.status());
        }
        var error = error(figures);
        if (error != null) {
            attributes.put(ERROR, error);
        }
        if (figures.operation() != null) {
            attributes.put(OPERATION, figures.operation()).put(ATTEMPTS, (long)
                    call.attempts().size());
            put(attributes, ASKED_MODEL, figures.model());
            put(attributes, ANSWERING_MODEL, call.answeredBy());
            put(attributes, PROVIDER, figures.provider());
            put(attributes, BACKEND, call.backend());
            stream(attributes, call.stream());
            tokens(attributes, figures.promptTokens(), figures.completionTokens());
        }
        return attributes.build();
    }

    /** The code, or the status of an error that has none; null where the gateway and its backends did what they could. */
    static @Nullable String error(CallFigures call) {
        if (call.ended() == Ended.CUT) {
            return call.error() == null ? "stream_broken" : call.error();
        }
        if (call.status() < 500) {
            return null;
        }
        return call.error() == null ? Integer.toString(call.status()) : call.error();
    }

    /**
     * @param number among the attempts of the call, from 1
     * @param operation what the call asks of a model
     */
    static Attributes of(AttemptSpan attempt, int number, String operation, boolean stream) {
        var attributes = Attributes.builder()
                .put(OPERATION, operation)
                .put(PROVIDER, attempt.dialect())
                .put(ASKED_MODEL, attempt.model())
                .put(BACKEND, attempt.backend())
                .put(NUMBER, (long) number)
                .put(OUTCOME, attempt.outcome());
        if (attempt.hedge()) {
            attributes.put(HEDGE, true);
        }
        if (attempt.failure() != null) {
            attributes.put(ERROR, attempt.outcome());
        }
        if (attempt.status() > 0) {
            attributes.put(STATUS, (long) attempt.status());
        }
        stream(attributes, stream);
        if (stream && attempt.firstTokenNanos() > 0) {
            attributes.put(FIRST_CHUNK, attempt.firstTokenNanos() / NANOS_PER_SECOND);
        }
        tokens(attributes, attempt.promptTokens(), attempt.completionTokens());
        return attributes.build();
    }

    private static void stream(AttributesBuilder attributes, boolean stream) {
        if (stream) {
            attributes.put(STREAM, true);
        }
    }

    private static void tokens(AttributesBuilder attributes, long prompt, long completion) {
        if (prompt >= 0) {
            attributes.put(INPUT, prompt);
        }
        if (completion >= 0) {
            attributes.put(OUTPUT, completion);
        }
    }

    private static void put(AttributesBuilder attributes, AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            attributes.put(key, value);
        }
    }
}
