package io.dromedary.routing;

import java.util.List;

/** The candidates for one call, in the order in which they are tried. Never empty. */
public record Plan(List<Candidate> candidates) {
    public Plan {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("a plan has at least one candidate");
        }
    }
}
