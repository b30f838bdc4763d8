package io.dromedary.access;

import io.dromedary.api.ModelName;
import io.dromedary.config.ProjectSettings;

/**
 * Who is calling.
 *
 * @param project the project that the key belongs to; everything that is kept belongs to it
 * @param key the key's id, which is safe to log
 */
public record Caller(ProjectSettings project, String key) {
    public boolean mayUse(ModelName model) {
        var allowed = project.models();
        if (allowed.isEmpty()) {
            return true;
        }
        var name = model.value();
        for (var pattern : allowed) {
            if (pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern)) {
                return true;
            }
        }
        return false;
    }
}
