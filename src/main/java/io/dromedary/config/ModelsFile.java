package io.dromedary.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code config/models.yaml} as records, held against what the backends serve.
 *
 * @param served every public model of every backend, on or off; null when a backend's file could not be parsed, so that
 *     nobody can say
 * @param problems gets what is wrong
 */
record ModelsFile(YamlFile file, @Nullable Set<String> served, List<Problem> problems) {

    Map<String, ModelSettings> read() {
        var violations = SchemaCheck.MODELS.check(file, file.tree(), Set.of());
        problems.addAll(violations);
        if (!violations.isEmpty()) {
            return Map.of();
        }
        Map<String, ModelSettings> models = new LinkedHashMap<>();
        file.tree()
                .path("models")
                .properties()
                .forEach(model -> models.put(
                        model.getKey(),
                        new ModelSettings(
                                Trees.strings(model.getValue().path("fallback")),
                                Trees.strings(model.getValue().path("aliases")),
                                model.getValue().path("resume").asText().equals("error")
                                        ? ModelSettings.Resume.ERROR
                                        : ModelSettings.Resume.CONTINUE,
                                model.getValue().path("attempts").asInt(ModelSettings.DEFAULT.attempts()),
                                model.getValue().path("affinity").asBoolean())));
        if (served != null) {
            checkNames(models, served);
        }
        checkAliases(models);
        checkCycles(models);
        return Trees.unmodifiable(models);
    }

    private void checkNames(Map<String, ModelSettings> models, Set<String> known) {
        models.forEach((name, model) -> {
            if (!known.contains(name)) {
                problems.add(file.problem(of(name), "is served by no backend", remedy(name, known)));
            }
            for (var i = 0; i < model.fallback().size(); i++) {
                var fallback = model.fallback().get(i);
                if (!known.contains(fallback)) {
                    problems.add(file.problem(
                            of(name).child("fallback").child(i),
                            "names `" + fallback + "`, which no backend serves",
                            remedy(fallback, known)));
                }
            }
            for (var i = 0; i < model.aliases().size(); i++) {
                if (known.contains(model.aliases().get(i))) {
                    problems.add(file.problem(
                            of(name).child("aliases").child(i),
                            "would hide the model `" + model.aliases().get(i) + "` that a backend serves",
                            "Choose another alias, or rename the model in its backend's file"));
                }
            }
        });
    }

    private void checkAliases(Map<String, ModelSettings> models) {
        Map<String, String> owners = new HashMap<>();
        models.forEach((name, model) -> {
            for (var i = 0; i < model.aliases().size(); i++) {
                var owner = owners.putIfAbsent(model.aliases().get(i), name);
                if (owner != null) {
                    problems.add(file.problem(
                            of(name).child("aliases").child(i),
                            "is an alias of `" + owner + "` already",
                            "Keep one of the two"));
                }
            }
        });
    }

    /** A model that falls back to itself, perhaps by way of others, is told once for each way round. */
    private void checkCycles(Map<String, ModelSettings> models) {
        Set<String> finished = new LinkedHashSet<>();
        models.keySet().forEach(name -> follow(name, new ArrayList<>(), finished, models));
    }

    private void follow(String name, List<String> way, Set<String> finished, Map<String, ModelSettings> models) {
        var start = way.indexOf(name);
        if (start >= 0) {
            var first = way.getLast();
            var round = new ArrayList<>(way.subList(start, way.size()));
            round.add(name);
            problems.add(file.problem(
                    of(first).child("fallback"),
                    "goes round in a circle: " + String.join(" -> ", round),
                    "Remove `" + name + "` here"));
            return;
        }
        var model = models.get(name);
        if (model == null || finished.contains(name)) {
            return;
        }
        way.add(name);
        model.fallback().forEach(next -> follow(next, way, finished, models));
        way.removeLast();
        finished.add(name);
    }

    private static FieldPath of(String model) {
        return FieldPath.of("models", model);
    }

    private static String remedy(String name, Set<String> known) {
        var meant = Nearest.to(name, known);
        return meant == null
                ? "Write a model that stands under `models:` of a backend's file, or add it there"
                : "Did you mean `" + meant + "`?";
    }
}
