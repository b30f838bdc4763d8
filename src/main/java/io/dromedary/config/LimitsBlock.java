package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.config.ProjectSettings.Limits;
import io.dromedary.config.ProjectSettings.PerMinute;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block {@code limits:} of a project or of a key.
 *
 * @param place of the block
 * @param problems gets what is wrong
 */
record LimitsBlock(YamlFile file, FieldPath place, List<Problem> problems) {
    /** The limits, or null when there is no such block. */
    @Nullable
    Limits read(JsonNode tree) {
        if (!tree.isObject()) {
            return null;
        }
        var shared = tree.path("shared").asBoolean();
        if (shared && !tree.path("models").isEmpty()) {
            problems.add(file.problem(
                    place.child("models"),
                    "stands beside `shared: true`, which counts all models together",
                    "Remove one of the two"));
        }
        var general = perMinute(tree, new PerMinute(0, 0));
        Map<String, PerMinute> models = new LinkedHashMap<>();
        tree.path("models")
                .properties()
                .forEach(model -> models.put(model.getKey(), perMinute(model.getValue(), general)));
        return new Limits(
                general.requests(),
                general.tokens(),
                shared,
                tree.path("dynamic").asBoolean(),
                Trees.unmodifiable(models));
    }

    private static PerMinute perMinute(JsonNode tree, PerMinute standard) {
        return new PerMinute(
                tree.path("requestsPerMinute").asLong(standard.requests()),
                tree.path("tokensPerMinute").asLong(standard.tokens()));
    }
}
