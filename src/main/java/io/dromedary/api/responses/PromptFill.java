package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import io.dromedary.api.responses.PromptTemplate.Kind;
import io.dromedary.api.responses.PromptTemplate.Version;
import io.dromedary.api.responses.PromptText.Named;
import io.dromedary.api.responses.PromptText.Plain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts a prompt template into a request that names one. */
public final class PromptFill {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Version version;
    private final JsonNode given;

    private PromptFill(Version version, JsonNode given) {
        this.version = version;
        this.given = given;
    }

    /**
     * The request with what its template says: model and instructions where the caller has none, and messages before the
     * caller's input. The request itself where it names no template.
     *
     * @param templates by their ids
     * @throws RefusedException 400 that names {@code prompt.id}, {@code prompt.version}, {@code prompt.variables.x} or
     *     {@code model}
     */
    public static ResponseRequest fill(ResponseRequest request, Map<String, PromptTemplate> templates) {
        var prompt = request.body().path("prompt");
        if (!prompt.isObject()) {
            return request;
        }
        var version = version(prompt, templates);
        var fill = new PromptFill(version, prompt.path("variables"));
        fill.check();
        List<ObjectNode> input = new ArrayList<>();
        version.input().forEach(message -> input.add(fill.message(message)));
        input.addAll(request.input());
        return request.filled(fill.body(request.body()), input);
    }

    private static Version version(JsonNode prompt, Map<String, PromptTemplate> templates) {
        var id = prompt.path("id").asText();
        var template = templates.get(id);
        if (template == null) {
            throw Faults.at("prompt.id", "prompt_not_found", "Prompt with id '" + shown(id) + "' not found.");
        }
        var name = prompt.path("version").asText("");
        var version = template.versions().get(name.isEmpty() ? template.current() : name);
        if (version == null) {
            throw Faults.at(
                    "prompt.version",
                    "prompt_not_found",
                    "Prompt '" + id + "' has no version '" + shown(name) + "'. It has: "
                            + String.join(", ", template.versions().keySet()) + ".");
        }
        return version;
    }

    private ObjectNode body(ObjectNode sent) {
        var body = JSON.objectNode();
        body.setAll(sent);
        if (!body.path("model").isTextual()) {
            if (version.model() == null) {
                throw Faults.at(
                        "model",
                        "missing_required_parameter",
                        "Missing required parameter: '%s'. The prompt does not name a model either.");
            }
            body.put("model", version.model());
        }
        if (version.instructions() != null && !body.path("instructions").isTextual()) {
            body.put("instructions", text(PromptText.of(version.instructions())));
        }
        return body;
    }

    /** The variables that were given against those that there are. */
    private void check() {
        given.properties().forEach(variable -> {
            var name = variable.getKey();
            var declared = version.variables().get(name);
            if (declared == null) {
                throw Faults.at(
                        path(name),
                        "unknown_parameter",
                        "Unknown parameter: '%s'. "
                                + (version.variables().isEmpty()
                                        ? "The prompt has no variables."
                                        : "The prompt's variables are "
                                                + String.join(
                                                        ", ",
                                                        version.variables().keySet()) + "."));
            }
            if (!fits(variable.getValue(), declared.kind())) {
                throw Faults.wrongType(path(name), wanted(declared.kind()), found(variable.getValue()));
            }
        });
        version.variables().forEach((name, variable) -> {
            if (variable.required() && !given.hasNonNull(name)) {
                throw Faults.missing(path(name));
            }
        });
    }

    private static boolean fits(JsonNode value, Kind kind) {
        return value.isNull()
                || (value.isTextual()
                        ? kind == Kind.TEXT
                        : value.path("type").asText().equals(kind.part));
    }

    private static String wanted(Kind kind) {
        return (kind == Kind.TEXT ? "a string or " : "") + "an object of the type '" + kind.part + "'";
    }

    private static String found(JsonNode value) {
        return value.isTextual()
                ? "a string"
                : "an object of the type '" + value.path("type").asText() + "'";
    }

    private ObjectNode message(PromptTemplate.Message message) {
        var filled = JSON.objectNode().put("type", ItemType.MESSAGE).put("role", message.role());
        filled.set("content", parts(message.role(), PromptText.of(message.content())));
        return filled;
    }

    /** Text goes on as text; an image or a file is a part of its own between two texts. */
    private ArrayNode parts(String role, PromptText text) {
        var parts = JSON.arrayNode();
        var run = new StringBuilder();
        for (var piece : text.pieces()) {
            switch (piece) {
                case Plain plain -> run.append(plain.text());
                case Named(var name) when isText(name) -> run.append(value(name));
                case Named(var name) -> {
                    if (given.hasNonNull(name)) {
                        endRun(role, run, parts);
                        parts.add(given.path(name));
                    }
                }
            }
        }
        if (parts.isEmpty() || !run.isEmpty()) {
            parts.add(NewItems.part(role, run.toString()));
        }
        return parts;
    }

    private static void endRun(String role, StringBuilder run, ArrayNode parts) {
        if (!run.isEmpty()) {
            parts.add(NewItems.part(role, run.toString()));
            run.setLength(0);
        }
    }

    private String text(PromptText text) {
        var filled = new StringBuilder();
        for (var piece : text.pieces()) {
            switch (piece) {
                case Plain plain -> filled.append(plain.text());
                case Named(var name) -> filled.append(value(name));
            }
        }
        return filled.toString();
    }

    private boolean isText(String name) {
        var variable = version.variables().get(name);
        return variable == null || variable.kind() == Kind.TEXT;
    }

    /** Empty where none was given. */
    private String value(String name) {
        var value = given.path(name);
        return value.isTextual() ? value.textValue() : value.path("text").asText("");
    }

    private static String path(String name) {
        return "prompt.variables." + shown(name);
    }

    private static String shown(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }
}
