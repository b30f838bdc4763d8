package io.dromedary.backend.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter.NopIndenter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;

/**
 * Makes a value that satisfies a JSON Schema: required properties, the first of {@code enum}, {@code anyOf} and {@code
 * oneOf}, defaults and examples where there are some, and otherwise a given text for strings and the number nearest to 0.
 * Follows {@code $ref} within the schema. Does not make strings for a {@code pattern}, and gives up with {@code null}
 * where a schema demands that a value holds itself.
 */
final class SchemaExample {
    private static final int MAX_VALUES = 1000;
    private static final int MAX_DEPTH = 24;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectWriter SPACED =
            Json.MAPPER.writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Spacing.AFTER)
                            .withObjectEntrySpacing(Spacing.AFTER)
                            .withArrayValueSpacing(Spacing.AFTER)
                            .withObjectEmptySeparator("")
                            .withArrayEmptySeparator(""))
                    .withObjectIndenter(NopIndenter.instance)
                    .withArrayIndenter(NopIndenter.instance));

    private final JsonNode root;
    private final StringExample text;
    private final Deque<String> references = new ArrayDeque<>();
    private int values;

    private SchemaExample(JsonNode root, String text) {
        this.root = root;
        this.text = new StringExample(text);
        references.push("#");
    }

    /** A value for the schema as JSON, with a space after each colon and comma so that it has words. */
    static String json(JsonNode schema, String text) {
        return json(new SchemaExample(schema, text).value(schema, 0));
    }

    static String json(JsonNode value) {
        try {
            return SPACED.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode value(JsonNode schema, int depth) {
        if (++values > MAX_VALUES || depth > MAX_DEPTH) {
            return NullNode.instance;
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        for (var choices : new String[] {"enum", "examples"}) {
            if (!schema.path(choices).isEmpty()) {
                return schema.get(choices).get(0);
            }
        }
        if (schema.has("default")) {
            return schema.get("default");
        }
        if (schema.has("$ref")) {
            return referenced(schema.get("$ref").asText(), depth);
        }
        if (schema.has("allOf")) {
            return value(merged(schema), depth + 1);
        }
        for (var alternatives : new String[] {"anyOf", "oneOf"}) {
            if (!schema.path(alternatives).isEmpty()) {
                return value(alternative(schema.get(alternatives)), depth + 1);
            }
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> NumberExample.integer(schema);
            case "number" -> NumberExample.number(schema);
            case "boolean" -> BooleanNode.TRUE;
            case "null" -> NullNode.instance;
            default -> text.satisfying(schema);
        };
    }

    private JsonNode referenced(String reference, int depth) {
        references.push(reference);
        var value = value(resolved(reference), depth + 1);
        references.pop();
        return value;
    }

    private JsonNode resolved(String reference) {
        return reference.equals("#") || reference.startsWith("#/")
                ? root.at(reference.substring(1))
                : NODES.objectNode();
    }

    /** One schema that says what all of {@code allOf} say. */
    private ObjectNode merged(JsonNode schema) {
        var all = NODES.objectNode();
        var properties = NODES.objectNode();
        var required = NODES.arrayNode();
        var parts = new ArrayList<JsonNode>();
        schema.get("allOf").forEach(parts::add);
        parts.add(schema);
        for (var part : parts) {
            var whole = part.has("$ref") ? resolved(part.get("$ref").asText()) : part;
            whole.properties().forEach(keyword -> all.set(keyword.getKey(), keyword.getValue()));
            whole.path("properties").properties().forEach(p -> properties.set(p.getKey(), p.getValue()));
            whole.path("required").forEach(required::add);
        }
        all.remove("allOf");
        if (!properties.isEmpty()) {
            all.set("properties", properties);
            all.set("required", required);
        }
        return all;
    }

    /** The first that does not lead back into a value that is being made. */
    private JsonNode alternative(JsonNode alternatives) {
        for (var alternative : alternatives) {
            if (!leadsBack(alternative)) {
                return alternative;
            }
        }
        return alternatives.get(0);
    }

    private boolean leadsBack(JsonNode schema) {
        return references.contains(schema.path("$ref").asText());
    }

    private static String type(JsonNode schema) {
        var type = schema.path("type");
        if (type.isTextual()) {
            return type.textValue();
        }
        for (var one : type) {
            if (!one.asText().equals("null")) {
                return one.asText();
            }
        }
        if (schema.has("properties") || schema.has("required")) {
            return "object";
        }
        return schema.has("items") || schema.has("prefixItems") ? "array" : "string";
    }

    private JsonNode object(JsonNode schema, int depth) {
        var required = new LinkedHashSet<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        var properties = schema.path("properties");
        var object = NODES.objectNode();
        properties.properties().forEach(property -> {
            if (required.remove(property.getKey())) {
                object.set(property.getKey(), value(property.getValue(), depth + 1));
            }
        });
        required.forEach(name -> object.set(name, value(schema.path("additionalProperties"), depth + 1)));
        return object;
    }

    private JsonNode array(JsonNode schema, int depth) {
        var array = NODES.arrayNode();
        schema.path("prefixItems").forEach(item -> array.add(value(item, depth + 1)));
        var items = schema.path("items");
        var usual = items.isObject() && !leadsBack(items) ? 1 : 0;
        var wanted = Math.min(
                schema.path("minItems").asInt(usual), schema.path("maxItems").asInt(Integer.MAX_VALUE));
        while (array.size() < wanted && values < MAX_VALUES) {
            array.add(value(items, depth + 1));
        }
        return array;
    }
}
