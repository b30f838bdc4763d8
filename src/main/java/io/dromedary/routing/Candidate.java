package io.dromedary.routing;

import io.dromedary.api.Endpoint;
import io.dromedary.backend.Backend;
import io.dromedary.backend.Target;
import io.dromedary.config.BackendSettings;
import io.dromedary.tier.gate.Gate;
import java.util.Set;

/**
 * One backend that can serve a public model.
 *
 * @param priority lower goes first
 * @param weight share among equals, at least 1
 * @param standing how the backend did of late with the model
 * @param gate in front of the backend
 * @param spill while that is full, a call does not wait there where a candidate after it has room
 */
public record Candidate(
        Backend backend, Target target, int priority, int weight, Standing standing, Gate gate, boolean spill) {
    private static final Set<String> IN_BLOCKS = Set.of("anthropic", "bedrock");

    /** Tokens of prompt and answer together: as configured, else as the backend says itself; 0 where nobody knows. */
    int contextWindow() {
        var configured = target.capabilities().contextWindow();
        var report = configured == 0 ? standing.report() : null;
        return report == null ? configured : report.contextWindow();
    }

    /** It may be asked for that. */
    boolean serves(Endpoint endpoint) {
        return target.capabilities().serves(endpoint);
    }

    /** Its backend speaks the Responses API itself. */
    boolean speaksResponses() {
        return backend.settings().api() == BackendSettings.Api.RESPONSES;
    }

    /** Its backend is Anthropic's, or has Anthropic's models behind an API of blocks. */
    boolean speaksBlocks() {
        return IN_BLOCKS.contains(backend.settings().dialect());
    }

    /** Serves the same public model at the same priority. */
    boolean isEqualOf(Candidate other) {
        return priority == other.priority && target.model().equals(other.target.model());
    }
}
