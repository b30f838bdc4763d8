package io.dromedary.config;

import java.util.Map;

/**
 * Everything that the operator wrote, as one snapshot. Maps are in file order and unmodifiable.
 *
 * @param backends by the name of their file
 * @param models by public name
 * @param projects by name
 * @param fingerprint hash of the content of every file that was read
 */
public record Settings(
        GatewaySettings gateway,
        Map<String, BackendSettings> backends,
        Map<String, ModelSettings> models,
        Map<String, ProjectSettings> projects,
        String fingerprint) {}
