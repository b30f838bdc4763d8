package io.dromedary.routing;

import io.dromedary.api.ModelName;
import java.util.List;

/**
 * The candidates for one call, in the order in which they are tried.
 *
 * @param model that is asked for, by its own name
 * @param candidates never empty
 * @param attempts that the call may cost, over all candidates
 * @param resumes a stream that broke after text was sent may go on at another of them
 */
public record Plan(ModelName model, List<Candidate> candidates, int attempts, boolean resumes) {
    public Plan {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("a plan has at least one candidate");
        }
    }

    /** There is somewhere else to go when a candidate fails. */
    boolean hasAlternatives() {
        return candidates.size() > 1;
    }
}
