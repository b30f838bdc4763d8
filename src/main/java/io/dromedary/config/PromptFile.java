package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.responses.PromptTemplate;
import io.dromedary.api.responses.PromptTemplate.Kind;
import io.dromedary.api.responses.PromptTemplate.Message;
import io.dromedary.api.responses.PromptTemplate.Variable;
import io.dromedary.api.responses.PromptTemplate.Version;
import io.dromedary.api.responses.PromptText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One file of {@code config/prompts/} as a template. A <code>${...}</code> in it is text, and no reference.
 *
 * @param models every name of a model that a caller may write; null when nobody can say
 * @param problems gets what is wrong
 * @param warnings gets what does not stand in the way
 */
record PromptFile(YamlFile file, @Nullable Set<String> models, List<Problem> problems, List<Problem> warnings) {

    /** Null when nothing can be made of it. */
    @Nullable
    PromptTemplate read() {
        var violations = SchemaCheck.PROMPT.check(file, file.tree(), Set.of());
        problems.addAll(violations);
        if (!violations.isEmpty()) {
            return null;
        }
        var tree = file.tree();
        Map<String, Version> versions = new LinkedHashMap<>();
        tree.path("versions")
                .properties()
                .forEach(version -> versions.put(
                        version.getKey(), version(version.getValue(), FieldPath.of("versions", version.getKey()))));
        var last = new ArrayList<>(versions.keySet()).getLast();
        var current = tree.path("current").asText(last);
        if (!versions.containsKey(current)) {
            var meant = Nearest.to(current, versions.keySet());
            problems.add(file.problem(
                    FieldPath.of("current"),
                    "is none of the versions",
                    "Write `" + (meant == null ? last : meant) + "`, or add that version"));
        }
        return new PromptTemplate(tree.path("id").asText(), current, Trees.unmodifiable(versions));
    }

    private Version version(JsonNode tree, FieldPath place) {
        Map<String, Variable> variables = new LinkedHashMap<>();
        tree.path("variables").properties().forEach(variable -> {
            var type = variable.getValue().path("type");
            variables.put(
                    variable.getKey(),
                    new Variable(
                            type.isTextual() ? Trees.choice(Kind.class, type) : Kind.TEXT,
                            variable.getValue().path("required").asBoolean(true)));
        });
        List<Message> input = new ArrayList<>();
        for (var message : tree.path("input")) {
            input.add(new Message(
                    message.path("role").asText(), message.path("content").asText()));
        }
        var version = new Version(
                text(tree, "model"), text(tree, "instructions"), List.copyOf(input), Trees.unmodifiable(variables));
        check(version, place);
        return version;
    }

    private static @Nullable String text(JsonNode tree, String member) {
        return tree.path(member).textValue();
    }

    private void check(Version version, FieldPath place) {
        if (version.instructions() == null && version.input().isEmpty()) {
            problems.add(file.problem(
                    place,
                    "says nothing",
                    "Write `instructions:`, or messages under `input:`, or remove this version"));
        }
        Set<String> used = new TreeSet<>();
        if (version.instructions() != null) {
            check(version, version.instructions(), false, place.child("instructions"), used);
        }
        for (var i = 0; i < version.input().size(); i++) {
            var message = version.input().get(i);
            var content = place.child("input").child(i).child("content");
            check(version, message.content(), message.role().equals("user"), content, used);
        }
        version.variables().keySet().forEach(name -> {
            if (!used.contains(name)) {
                warnings.add(file.problem(
                        place.child("variables").child(name),
                        "is named nowhere in this version",
                        "Write {{" + name + "}} where it belongs, or remove it"));
            }
        });
        checkModel(version, place);
    }

    private void check(Version version, String text, boolean user, FieldPath place, Set<String> used) {
        for (var name : PromptText.of(text).names()) {
            used.add(name);
            var variable = version.variables().get(name);
            if (variable == null) {
                var meant = Nearest.to(name, version.variables().keySet());
                problems.add(file.problem(
                        place,
                        "names the variable `" + name + "`, which this version does not have",
                        meant == null
                                ? "Add `" + name + ": { type: text }` under `variables:`"
                                : "Did you mean `" + meant + "`?"));
            } else if (variable.kind() != Kind.TEXT && !user) {
                problems.add(file.problem(
                        place,
                        "names `" + name + "`, which is no text",
                        "Put images and files into a message of the role user"));
            }
        }
    }

    private void checkModel(Version version, FieldPath place) {
        var model = version.model();
        if (model == null || models == null || models.contains(model)) {
            return;
        }
        var meant = Nearest.to(model, models);
        warnings.add(file.problem(
                place.child("model"),
                "names `" + model + "`, which no backend serves",
                meant == null ? "Remove it, or add a backend that serves it" : "Did you mean `" + meant + "`?"));
    }
}
