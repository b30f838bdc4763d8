package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A tool that the request declares.
 *
 * @param type {@code function} or {@code custom}
 * @param parameters JSON Schema of a function's arguments; missing when it takes none
 */
record Tool(String type, String name, JsonNode parameters) {
    static Tool of(JsonNode declared) {
        var type = declared.path("type").asText("function");
        var definition = declared.path(type);
        return new Tool(type, definition.path("name").asText(), definition.path("parameters"));
    }

    /** The tool of that name, or null when there is none. */
    static @Nullable Tool named(String name, JsonNode tools) {
        for (var declared : tools) {
            var tool = of(declared);
            if (tool.name.equals(name)) {
                return tool;
            }
        }
        return null;
    }

    /** The member that holds what the tool is called with. */
    String inputName() {
        return type.equals("custom") ? "input" : "arguments";
    }

    /** What it is called with: arguments that satisfy the schema, or the text as it is for a custom tool. */
    String input(String text) {
        if (type.equals("custom")) {
            return text;
        }
        return parameters.isObject() ? SchemaExample.json(parameters, text) : "{}";
    }
}
