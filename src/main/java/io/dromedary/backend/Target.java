package io.dromedary.backend;

import io.dromedary.api.ModelName;

/**
 * One way to serve one call.
 *
 * @param backend the configured backend
 * @param model the public name that this serves: what the answer's {@code model} says
 * @param upstream the model as the backend knows it
 * @param capabilities of this backend for this model
 */
public record Target(BackendName backend, ModelName model, String upstream, Capabilities capabilities) {}
