package io.dromedary.observe;

import io.dromedary.api.TraceContext;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call as its trace tells it. Holds nothing of what was asked or answered, no secret, no address, and not who called.
 *
 * @param context its own place in the trace
 * @param method e.g. {@code POST}
 * @param routed somebody serves the path, and {@code figures.endpoint()} is its pattern
 * @param tls it came over TLS
 * @param requestId as the answer's {@code x-request-id} says it
 * @param at when it came
 * @param figures what the metrics count of it
 * @param stream the caller waits for events
 * @param answeredBy the public name of the model that answered, or null
 * @param backend the one that answered, or the last one that was tried
 * @param attempts in the order in which they were made
 */
public record CallSpan(
        TraceContext context,
        String method,
        boolean routed,
        boolean tls,
        String requestId,
        Instant at,
        CallFigures figures,
        boolean stream,
        @Nullable String answeredBy,
        @Nullable String backend,
        List<AttemptSpan> attempts) {}
