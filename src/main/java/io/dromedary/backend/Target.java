package io.dromedary.backend;

import io.dromedary.api.ModelName;
import io.dromedary.config.FailoverSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One way to serve one call.
 *
 * @param backend the configured backend
 * @param model the public name that this serves: what the answer's {@code model} says
 * @param upstream the model as the backend knows it
 * @param capabilities of this backend for this model
 * @param failover what is expected of it, and what follows when it fails
 * @param tier that serves the call, or null where nothing is said of tiers
 */
public record Target(
        BackendName backend,
        ModelName model,
        String upstream,
        Capabilities capabilities,
        FailoverSettings failover,
        @Nullable ServedTier tier) {

    /** To serve any call. */
    public Target(
            BackendName backend,
            ModelName model,
            String upstream,
            Capabilities capabilities,
            FailoverSettings failover) {
        this(backend, model, upstream, capabilities, failover, null);
    }

    /** To serve any call, with the usual failover. */
    public Target(BackendName backend, ModelName model, String upstream, Capabilities capabilities) {
        this(backend, model, upstream, capabilities, FailoverSettings.DEFAULT);
    }

    /** As this, with at most so many texts in one request. */
    public Target taking(int maxInputs) {
        var can = capabilities.with(Map.of("maxInputs", maxInputs));
        return new Target(backend, model, upstream, can, failover, tier);
    }

    /** To serve one call. */
    public Target serving(ServedTier served) {
        return new Target(backend, model, upstream, capabilities, failover, served);
    }
}
