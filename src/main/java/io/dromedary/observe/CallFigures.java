package io.dromedary.observe;

import org.jspecify.annotations.Nullable;

/**
 * What the metrics count of one call. Every text here becomes a label, so each must come from a small fixed set: a route's
 * pattern and not a path, a backend's dialect and not its address.
 *
 * @param endpoint the pattern of the route, e.g. {@code /v1/chat/completions}; {@code other} for paths that nobody serves
 * @param status as the client saw it; 0 when it left before there was one
 * @param operation OpenTelemetry's {@code gen_ai.operation.name}, e.g. {@code chat}; null when no model is asked for
 *     here, and then only the call itself is counted
 * @param model the public name that was asked for, whether it exists or not
 * @param provider the dialect of the backend that answered or was tried last, or null for none
 * @param error the code of the refusal, or null
 * @param durationNanos the whole call
 * @param firstTokenNanos until the first event of a stream, or -1
 * @param promptTokens as the backend counted them, or -1
 * @param completionTokens as the backend counted them, or -1
 */
public record CallFigures(
        String endpoint,
        int status,
        Ended ended,
        @Nullable String operation,
        @Nullable String model,
        @Nullable String provider,
        @Nullable String error,
        long durationNanos,
        long firstTokenNanos,
        long promptTokens,
        long completionTokens) {}
