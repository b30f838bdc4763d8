package io.dromedary.observe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call as the access log tells it. Holds nothing of what was asked or answered, and no secret. Numbers that are not
 * known are -1; texts that are not known are null.
 *
 * @param time when the request's first byte came, milliseconds since 1970
 * @param requestId as the answer's {@code x-request-id} says it
 * @param path the pattern of the route, e.g. {@code /v1/models/{id}}; for a path that nobody serves, the path itself
 * @param status as the client saw it; 0 when it left before there was one
 * @param key the key's id, never the key
 * @param model the public name that was asked for
 * @param backend the one that answered, or the last one that was tried
 * @param upstreamModel the model as that backend knows it
 * @param attempts upstream requests that were made for this call
 * @param tier the service tier that served the call, or was tried last
 * @param laneWaitMillis how long it stood in queues in front of backends
 * @param firstTokenMillis of the backend that answered: from the sending of its request to the first token, or to the
 *     whole answer where that came at once
 * @param durationMillis from the request's first byte to the answer's last
 * @param bytesIn of the request's body
 * @param bytesOut of the answer's body
 * @param failover why each backend that failed did so, e.g. {@code openai: 503}; in order
 * @param error the code of the refusal, e.g. {@code model_not_found}
 * @param traceId of its trace, or null where calls are not traced
 * @param inner the gateway made it itself, for work that outlives its request
 */
public record AccessLine(
        long time,
        String requestId,
        String method,
        String path,
        int status,
        Ended ended,
        @Nullable String project,
        @Nullable String key,
        @Nullable String model,
        @Nullable String backend,
        @Nullable String upstreamModel,
        int attempts,
        @Nullable String tier,
        long laneWaitMillis,
        boolean stream,
        long promptTokens,
        long completionTokens,
        long firstTokenMillis,
        long durationMillis,
        long bytesIn,
        long bytesOut,
        List<String> failover,
        @Nullable String error,
        @Nullable String traceId,
        boolean inner) {}
