package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A JSON schema as Claude is held to one: objects have no members but the declared ones, and limits that it knows no
 * grammar for stand in the description, where the model reads them.
 */
public final class SchemaForm {
    /** What a schema may say of a value. */
    private static final Set<String> KNOWN = Set.of(
            "type",
            "enum",
            "const",
            "description",
            "title",
            "default",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "anyOf",
            "allOf",
            "oneOf",
            "$ref",
            "$defs",
            "definitions",
            "$schema",
            "$id",
            "format",
            "minItems",
            "pattern");

    private static final Set<String> FORMATS =
            Set.of("date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid");

    private SchemaForm() {}

    /** A copy. */
    public static JsonNode of(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        var copy = object.objectNode();
        var words = new ArrayList<String>(0);
        for (var member : object.properties()) {
            var name = member.getKey();
            var value = member.getValue();
            switch (name) {
                case "properties", "$defs", "definitions" -> copy.set(name, each(value));
                case "items" -> copy.set(name, of(value));
                case "anyOf", "allOf", "oneOf" -> copy.set(name.equals("oneOf") ? "anyOf" : name, list(value));
                default -> {
                    if (KNOWN.contains(name) && takes(name, value)) {
                        copy.set(name, value);
                    } else {
                        words.add(name + ": " + value);
                    }
                }
            }
        }
        if (copy.has("properties") || isObject(copy.path("type"))) {
            copy.put("additionalProperties", false);
        }
        describe(copy, words);
        return copy;
    }

    private static boolean takes(String name, JsonNode value) {
        return switch (name) {
            case "format" -> FORMATS.contains(value.asText());
            case "minItems" -> value.asInt() <= 1;
            // an object is closed below; anything else that is said of further members goes into words
            case "additionalProperties" -> value.isBoolean();
            default -> true;
        };
    }

    private static boolean isObject(JsonNode type) {
        if (type.isTextual()) {
            return type.textValue().equals("object");
        }
        for (var each : type) {
            if (each.asText().equals("object")) {
                return true;
            }
        }
        return false;
    }

    private static void describe(ObjectNode copy, List<String> words) {
        if (words.isEmpty()) {
            return;
        }
        var limits = "{" + String.join(", ", words) + "}";
        var described = Turns.text(copy, "description");
        copy.put("description", described.isEmpty() ? limits : described + "\n\n" + limits);
    }

    private static JsonNode each(JsonNode members) {
        if (!(members instanceof ObjectNode object)) {
            return members;
        }
        var copy = object.objectNode();
        object.properties().forEach(member -> copy.set(member.getKey(), of(member.getValue())));
        return copy;
    }

    private static JsonNode list(JsonNode schemas) {
        if (!(schemas instanceof ArrayNode list)) {
            return schemas;
        }
        var copy = list.arrayNode(list.size());
        list.forEach(schema -> copy.add(of(schema)));
        return copy;
    }
}
