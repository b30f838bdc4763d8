package io.dromedary.config;

import java.util.List;

/**
 * One model of {@code config/models.yaml}.
 *
 * @param fallback public models that answer when every backend of this one failed
 * @param aliases other names for it
 */
public record ModelSettings(List<String> fallback, List<String> aliases) {}
