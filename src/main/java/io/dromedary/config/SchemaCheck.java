package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds a file against its JSON Schema, one of {@code /schema/*.schema.json}: draft 2020-12, and of it the keywords that
 * these schemas use. A general validator gives the same verdicts, as a test proves, but loading one takes longer than
 * everything else that the gateway does before it is ready.
 */
final class SchemaCheck {
    static final SchemaCheck BACKEND = new SchemaCheck("backend");
    static final SchemaCheck GATEWAY = new SchemaCheck("gateway");
    static final SchemaCheck KEYS = new SchemaCheck("keys");
    static final SchemaCheck MODELS = new SchemaCheck("models");
    static final SchemaCheck PROMPT = new SchemaCheck("prompt");
    static final SchemaCheck TIERS = new SchemaCheck("tiers");

    private final JsonNode schema;
    private final Map<String, Pattern> patterns = new HashMap<>();

    private SchemaCheck(String name) {
        schema = schema(name);
        schema.findValuesAsText("pattern").forEach(pattern -> patterns.put(pattern, Pattern.compile(pattern)));
    }

    /** JSON is YAML, and the parser for that is at work already. */
    private static JsonNode schema(String name) {
        var resource = "/schema/" + name + ".schema.json";
        try (var stream = SchemaCheck.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            List<Problem> problems = new ArrayList<>();
            var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            var file = YamlFile.parse(resource, text, problems);
            if (file == null || !problems.isEmpty()) {
                throw new IllegalStateException(problems.toString());
            }
            return file.tree();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Everything that the schema says against a file.
     *
     * @param tree the file's values with references resolved
     * @param unresolved places whose reference has no value: nothing is said about them
     */
    List<Problem> check(YamlFile file, JsonNode tree, Set<FieldPath> unresolved) {
        List<Problem> problems = new ArrayList<>();
        new Walk(file, unresolved, problems).value(tree, schema, FieldPath.ROOT);
        return problems;
    }

    private final class Walk {
        private final YamlFile file;
        private final Set<FieldPath> unresolved;
        private final List<Problem> problems;

        Walk(YamlFile file, Set<FieldPath> unresolved, List<Problem> problems) {
            this.file = file;
            this.unresolved = unresolved;
            this.problems = problems;
        }

        void value(JsonNode value, JsonNode reference, FieldPath place) {
            if (unresolved.contains(place)) {
                return;
            }
            var rule = resolved(reference);
            var says = new Violation(file, place, rule);
            if (!isOfType(value, rule.path("type"))) {
                problems.add(says.type());
                return;
            }
            if (rule.has("enum") && !contains(rule.path("enum"), value)) {
                problems.add(says.enumeration());
            }
            if (value.isTextual()) {
                text(value.textValue(), rule, says);
            } else if (value.isNumber()) {
                number(value, rule, says);
            } else if (value.isObject()) {
                object(value, rule, says);
            } else if (value.isArray() && rule.has("items")) {
                for (var i = 0; i < value.size(); i++) {
                    value(value.path(i), rule.path("items"), place.child(i));
                }
            }
        }

        private void text(String text, JsonNode rule, Violation says) {
            if (text.length() < rule.path("minLength").asInt()) {
                problems.add(says.empty());
            } else if (!matches(text, rule)) {
                problems.add(says.pattern());
            }
        }

        private void number(JsonNode value, JsonNode rule, Violation says) {
            if (rule.has("minimum")
                    && value.doubleValue() < rule.path("minimum").doubleValue()) {
                problems.add(says.minimum());
            }
            if (rule.has("maximum")
                    && value.doubleValue() > rule.path("maximum").doubleValue()) {
                problems.add(says.maximum());
            }
        }

        private void object(JsonNode object, JsonNode rule, Violation says) {
            if (object.size() < rule.path("minProperties").asInt()) {
                problems.add(says.empty());
            }
            for (var name : rule.path("required")) {
                if (!object.has(name.asText())) {
                    problems.add(says.required(name.asText()));
                }
            }
            object.properties().forEach(member -> {
                var name = member.getKey();
                var others = rule.path("additionalProperties");
                if (!matches(name, rule.path("propertyNames"))) {
                    problems.add(says.propertyName(name));
                }
                if (rule.path("properties").has(name)) {
                    value(
                            member.getValue(),
                            rule.path("properties").path(name),
                            says.place().child(name));
                } else if (others.isObject()) {
                    value(member.getValue(), others, says.place().child(name));
                } else if (others.isBoolean() && !others.booleanValue()) {
                    problems.add(says.unknown(name));
                }
            });
        }
    }

    private JsonNode resolved(JsonNode rule) {
        return rule.has("$ref") ? schema.at(rule.path("$ref").asText().substring(1)) : rule;
    }

    private boolean matches(String text, JsonNode rule) {
        var pattern = patterns.get(rule.path("pattern").asText());
        return pattern == null || pattern.matcher(text).find();
    }

    private static boolean isOfType(JsonNode value, JsonNode type) {
        if (type.isArray()) {
            for (var alternative : type) {
                if (isOfType(value, alternative)) {
                    return true;
                }
            }
            return false;
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> true;
        };
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (var one : values) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
