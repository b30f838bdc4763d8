package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Says in plain words what a schema has against a file. Never repeats a value that could be a secret.
 *
 * @param place what is wrong, or what holds the key that is wrong
 * @param rule the part of the schema that says so, with {@code title} (a noun for what is expected) and {@code examples}
 */
record Violation(YamlFile file, FieldPath place, JsonNode rule) {

    Problem unknown(String key) {
        return file.problem(place.child(key), "is not a known key", known(key));
    }

    Problem required(String key) {
        var example = example(rule.path("properties").path(key));
        return file.problem(place.child(key), "is missing", "Add `" + key + ": " + example + "`");
    }

    Problem propertyName(String key) {
        var names = rule.path("propertyNames");
        return file.problem(place.child(key), "is not " + title(names), "Write e.g. `" + example(names) + "`");
    }

    Problem enumeration() {
        var values = texts(rule.path("enum"));
        var meant = Nearest.to(textAt(), values);
        return file.problem(
                place,
                "is none of " + String.join(", ", values),
                meant == null ? "Write one of them" : "Did you mean `" + meant + "`?");
    }

    Problem type() {
        return file.problem(place, "must be " + noun(), remedy());
    }

    Problem pattern() {
        return file.problem(place, "is not " + title(rule), remedy());
    }

    Problem minimum() {
        return file.problem(place, "must be at least " + rule.path("minimum").asText(), remedy());
    }

    Problem maximum() {
        return file.problem(place, "must be at most " + rule.path("maximum").asText(), remedy());
    }

    Problem empty() {
        return file.problem(place, "must not be empty", remedy());
    }

    private String known(String key) {
        List<String> known = new ArrayList<>();
        rule.path("properties").fieldNames().forEachRemaining(known::add);
        var meant = Nearest.to(key, known);
        return (meant == null ? "" : "Did you mean `" + meant + "`? ") + "Known here: " + String.join(", ", known);
    }

    private String noun() {
        if (rule.has("title") && rule.has("pattern")) {
            return title(rule);
        }
        return switch (expected()) {
            case "string" -> "text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            case "array" -> "a list";
            default -> "a block of `key: value` lines";
        };
    }

    /** The type that the rule asks for, without the null that some allow for an empty block. */
    private String expected() {
        var type = rule.path("type");
        return type.isArray() ? type.path(0).asText() : type.asText();
    }

    private String remedy() {
        if (expected().equals("boolean")) {
            return "Write true or false";
        }
        var examples = texts(rule.path("examples"));
        if (examples.isEmpty()) {
            return "Remove it, or write " + noun();
        }
        return "Write e.g. " + examples.stream().map(text -> "`" + text + "`").collect(Collectors.joining(", "));
    }

    private static String title(JsonNode rule) {
        return rule.path("title").asText("valid");
    }

    private static String example(JsonNode rule) {
        var examples = texts(rule.path("examples"));
        return examples.isEmpty() ? "..." : examples.getFirst();
    }

    /** Text as it is, everything else in YAML's flow style. */
    private static List<String> texts(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .map(Violation::flow)
                .toList();
    }

    private static String flow(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(member -> member.getKey() + ": " + flow(member.getValue()))
                    .collect(Collectors.joining(", ", "{ ", " }"));
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(Violation::flow)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return value.asText();
    }

    /** What stands at the place, as written: only compared, never shown. */
    private String textAt() {
        var node = file.tree();
        for (var segment : place.segments()) {
            node = node.isArray() ? node.path(Integer.parseInt(segment)) : node.path(segment);
        }
        return node.asText();
    }
}
