package io.dromedary.call;

import java.time.Instant;

/**
 * How a request came in.
 *
 * @param requestId the client's own {@code x-request-id} where it is sane, else one of ours
 * @param method e.g. {@code POST}
 * @param endpoint the path of the route, e.g. {@code /v1/models/{id...}}; the path as sent where no route matched
 * @param routed a route matched
 * @param project the project that the path names ({@code /acme/v1/...}), or empty
 * @param at when its headers were complete
 * @param nanos the same on the monotonic clock
 */
public record Arrival(
        String requestId, String method, String endpoint, boolean routed, String project, Instant at, long nanos) {}
