package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import io.dromedary.config.ProjectSettings.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code config/keys.yaml} as records.
 *
 * @param general the ladder of the projects that have none of their own
 * @param problems gets what is wrong
 * @param warnings gets what is left out
 * @param places of the keys that were read, by their hash
 */
record KeysFile(
        YamlFile file,
        References references,
        List<ServiceTier> general,
        List<Problem> problems,
        List<Problem> warnings,
        Map<String, FieldPath> places) {

    KeysFile(
            YamlFile file,
            References references,
            List<ServiceTier> general,
            List<Problem> problems,
            List<Problem> warnings) {
        this(file, references, general, problems, warnings, new HashMap<>());
    }

    Map<String, ProjectSettings> read() {
        var violations = SchemaCheck.KEYS.check(file, file.tree(), Set.of());
        problems.addAll(violations);
        Map<String, ProjectSettings> projects = new LinkedHashMap<>();
        if (violations.isEmpty()) {
            file.tree()
                    .path("projects")
                    .properties()
                    .forEach(project -> projects.put(project.getKey(), project(project.getKey(), project.getValue())));
        }
        return Trees.unmodifiable(projects);
    }

    private ProjectSettings project(String name, JsonNode tree) {
        var path = FieldPath.of("projects", name);
        var ladder = new Ladder(file, path.child("auto"), problems);
        var auto = tree.has("auto") ? ladder.read(tree.path("auto")) : null;
        var project = new ProjectSettings(
                name,
                keys(tree.path("keys"), path.child("keys")),
                Trees.strings(tree.path("models")),
                tree.path("overLimit").asBoolean(),
                tree.path("noLimit").asBoolean(),
                tree.path("priority").asBoolean(),
                limits(tree, path),
                auto,
                TiersFile.report(tree.path("report")));
        if (auto == null) {
            ladder.checkGeneral(project, general);
        } else {
            ladder.check(project, auto, warnings);
        }
        return project;
    }

    private @Nullable Limits limits(JsonNode owner, FieldPath place) {
        return new LimitsBlock(file, place.child("limits"), problems).read(owner.path("limits"));
    }

    private List<ProjectSettings.Key> keys(JsonNode tree, FieldPath path) {
        List<ProjectSettings.Key> keys = new ArrayList<>();
        Map<String, FieldPath> ids = new HashMap<>();
        var position = 0;
        for (var item : tree) {
            var place = path.child(position++);
            var id = item.path("id").asText();
            var twin = ids.putIfAbsent(id, place);
            if (twin != null) {
                problems.add(file.problem(
                        place.child("id"), "is the id of " + twin + " too", "Give each key of a project its own id"));
            }
            var limits = limits(item, place);
            var sha256 = sha256(item, place);
            if (sha256 != null && isFirst(sha256, place)) {
                keys.add(new ProjectSettings.Key(id, sha256, limits));
            }
        }
        return List.copyOf(keys);
    }

    private boolean isFirst(String sha256, FieldPath place) {
        var twin = places.putIfAbsent(sha256, place);
        if (twin == null) {
            return true;
        }
        problems.add(file.problem(place, "is the same key as " + twin, "Make another key: dromedary keys new PROJECT"));
        return false;
    }

    /** The hash of a key, or null when it has none. */
    private @Nullable String sha256(JsonNode key, FieldPath place) {
        if (key.has("sha256") == key.has("secret")) {
            problems.add(file.problem(
                    place,
                    key.has("secret") ? "has both sha256 and secret" : "has neither sha256 nor secret",
                    "Write one of them; `dromedary keys new PROJECT` prints a key and its sha256"));
            return null;
        }
        if (key.has("sha256")) {
            return key.path("sha256").asText().toLowerCase(Locale.ROOT);
        }
        var written = key.path("secret").asText();
        var field = place.child("secret");
        if (!References.isBare(written)) {
            problems.add(file.problem(
                    field,
                    "must be a reference: a key never stands in the file",
                    "Write `secret: ${env:NAME}` and set NAME, or `sha256:` with the hash of the key"));
            return null;
        }
        var secret = references.resolve(written);
        if (secret.missing() == null) {
            return Sources.hex(secret.value().getBytes(StandardCharsets.UTF_8));
        }
        if (References.isNoReference(secret.missing())) {
            problems.add(file.problem(field, secret.missing(), References.REMEDY));
        } else {
            warnings.add(
                    file.problem(field, secret.missing() + ", so this key opens nothing", "Set it, or remove the key"));
        }
        return null;
    }
}
