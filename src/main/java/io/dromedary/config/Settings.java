package io.dromedary.config;

import io.dromedary.api.responses.PromptTemplate;
import java.util.List;
import java.util.Map;

/**
 * Everything that the operator wrote, as one snapshot. Maps are in file order and unmodifiable.
 *
 * @param tiers who goes first, and what {@code auto} stands for
 * @param backends by the name of their file
 * @param models by public name
 * @param projects by name
 * @param prompts by their ids
 * @param fingerprint hash of the content of every file that was read
 * @param warnings what was left out but does not stand in the way, e.g. a key whose variable is unset
 */
public record Settings(
        GatewaySettings gateway,
        TierSettings tiers,
        Map<String, BackendSettings> backends,
        Map<String, ModelSettings> models,
        Map<String, ProjectSettings> projects,
        Map<String, PromptTemplate> prompts,
        String fingerprint,
        List<Problem> warnings) {

    /** Without prompts. */
    public Settings(
            GatewaySettings gateway,
            TierSettings tiers,
            Map<String, BackendSettings> backends,
            Map<String, ModelSettings> models,
            Map<String, ProjectSettings> projects,
            String fingerprint,
            List<Problem> warnings) {
        this(gateway, tiers, backends, models, projects, Map.of(), fingerprint, warnings);
    }

    /** Without warnings, and with tiers as they are when nothing is said. */
    public Settings(
            GatewaySettings gateway,
            Map<String, BackendSettings> backends,
            Map<String, ModelSettings> models,
            Map<String, ProjectSettings> projects,
            String fingerprint) {
        this(gateway, TierSettings.DEFAULT, backends, models, projects, fingerprint, List.of());
    }

    /** Nothing configured. */
    public static final Settings EMPTY = new Settings(GatewaySettings.DEFAULT, Map.of(), Map.of(), Map.of(), "");
}
