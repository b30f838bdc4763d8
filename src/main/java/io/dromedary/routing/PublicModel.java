package io.dromedary.routing;

import io.dromedary.api.ModelName;
import java.util.List;

/**
 * A model as callers know it, and who serves it.
 *
 * @param candidates by priority; empty when every backend of it is off
 * @param fallback models whose candidates follow
 * @param attempts that one call may cost
 * @param resume a stream of it that broke after text was sent may go on at another candidate
 * @param affinity calls of one session go to the same candidate
 */
public record PublicModel(
        ModelName name,
        List<Candidate> candidates,
        List<ModelName> fallback,
        int attempts,
        boolean resume,
        boolean affinity) {
    /** At least one of its backends speaks the Responses API itself. */
    public boolean isServedNatively() {
        return candidates.stream().anyMatch(Candidate::speaksResponses);
    }

    /** All of its backends, and there are some, take and give the content blocks of Anthropic's Messages API. */
    public boolean isServedInBlocks() {
        return !candidates.isEmpty() && candidates.stream().allMatch(Candidate::speaksBlocks);
    }

    /** Tokens of the largest context window among its candidates; 0 where none is known. */
    public int contextWindow() {
        return candidates.stream().mapToInt(Candidate::contextWindow).max().orElse(0);
    }
}
