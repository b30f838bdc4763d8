package io.dromedary.observe;

import io.dromedary.api.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a call at one backend, as the call's trace tells it.
 *
 * @param context its own place in the trace, below the call
 * @param model as the backend knows it
 * @param hedge it was made beside one that was late
 * @param outcome as the metrics have it, e.g. {@code answered} or {@code timed_out}
 * @param failure why it failed, in our own words and not the provider's; null where it did not fail
 * @param status of the failure as the provider sent or meant it, or 0
 * @param sinceNanos from the beginning of the call to the attempt's own
 * @param firstTokenNanos from its beginning to the first token, or to the whole answer; 0 where there was none
 * @param durationNanos from its beginning to its end
 * @param promptTokens as the backend counted them, or -1
 * @param completionTokens as the backend counted them, or -1
 */
public record AttemptSpan(
        TraceContext context,
        String backend,
        String dialect,
        String model,
        boolean hedge,
        String outcome,
        @Nullable String failure,
        int status,
        long sinceNanos,
        long firstTokenNanos,
        long durationNanos,
        long promptTokens,
        long completionTokens) {}
