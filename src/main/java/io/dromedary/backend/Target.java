package io.dromedary.backend;

import io.dromedary.api.ModelName;
import io.dromedary.config.FailoverSettings;

/**
 * One way to serve one call.
 *
 * @param backend the configured backend
 * @param model the public name that this serves: what the answer's {@code model} says
 * @param upstream the model as the backend knows it
 * @param capabilities of this backend for this model
 * @param failover what is expected of it, and what follows when it fails
 */
public record Target(
        BackendName backend, ModelName model, String upstream, Capabilities capabilities, FailoverSettings failover) {

    /** With the usual failover. */
    public Target(BackendName backend, ModelName model, String upstream, Capabilities capabilities) {
        this(backend, model, upstream, capabilities, FailoverSettings.DEFAULT);
    }
}
