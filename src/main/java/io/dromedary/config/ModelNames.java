package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds the names of models in {@code config/keys.yaml} against those that there are.
 *
 * @param file one that its schema has accepted
 * @param served every public model of every backend, on or off; null when nobody can say
 * @param aliases public models by their aliases
 * @param problems gets what can never work
 * @param warnings gets models that nobody serves, and no more: a backend's file may come and go while the project keeps
 *     its list
 */
record ModelNames(
        YamlFile file,
        @Nullable Set<String> served,
        Map<String, String> aliases,
        List<Problem> problems,
        List<Problem> warnings) {

    static Map<String, String> aliases(Map<String, ModelSettings> models) {
        Map<String, String> aliases = new HashMap<>();
        models.forEach((name, model) -> model.aliases().forEach(alias -> aliases.put(alias, name)));
        return aliases;
    }

    void check(String project) {
        var place = FieldPath.of("projects", project);
        var tree = file.tree().path("projects").path(project);
        checkList(tree.path("models"), place.child("models"));
        checkLimits(tree.path("limits"), place.child("limits"));
        var keys = tree.path("keys");
        for (var i = 0; i < keys.size(); i++) {
            checkLimits(
                    keys.path(i).path("limits"), place.child("keys").child(i).child("limits"));
        }
    }

    private void checkList(JsonNode list, FieldPath place) {
        for (var i = 0; i < list.size(); i++) {
            var name = list.path(i).asText();
            if (!name.endsWith("*") && !aliases.containsKey(name)) {
                warnOfUnknown(name, place.child(i), true);
            }
        }
    }

    private void checkLimits(JsonNode limits, FieldPath place) {
        limits.path("models").fieldNames().forEachRemaining(name -> {
            var field = place.child("models").child(name);
            var meant = aliases.get(name);
            if (meant == null) {
                warnOfUnknown(name, field, false);
            } else {
                problems.add(file.problem(
                        field, "is an alias, and calls count by the model's own name", "Write `" + meant + "`"));
            }
        });
    }

    private void warnOfUnknown(String name, FieldPath place, boolean orAlias) {
        if (served == null || served.contains(name)) {
            return;
        }
        var known = new LinkedHashSet<>(served);
        if (orAlias) {
            known.addAll(aliases.keySet());
        }
        var meant = Nearest.to(name, known);
        warnings.add(file.problem(
                place,
                "names `" + name + "`, which no backend serves",
                meant == null ? "Remove it, or add a backend that serves it" : "Did you mean `" + meant + "`?"));
    }
}
