package io.dromedary.backend;

import io.dromedary.config.BackendSettings;

/**
 * A configured backend in use.
 *
 * @param capabilities of the backend as a whole; a model's own are in its {@link Target}
 */
public record Backend(
        BackendName name, BackendSettings settings, Dialect dialect, Capabilities capabilities, Upstream upstream) {}
