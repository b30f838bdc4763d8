package io.dromedary.backend.dialect.bedrock;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.blocks.AnswerFormat;
import io.dromedary.backend.dialect.blocks.ChosenTools;
import io.dromedary.backend.dialect.blocks.SchemaForm;
import io.dromedary.backend.dialect.blocks.Turns;
import java.util.List;
import java.util.Objects;

/** {@code toolConfig}. */
final class ConverseTools {
    private ConverseTools() {}

    /**
     * Writes it, where there is something to say.
     *
     * @param strict the model is held to schemas
     * @param told gets what cannot be said
     */
    static void write(ChosenTools chosen, Turns turns, boolean strict, ObjectNode to, List<String> told) {
        var silent = chosen.mode() == ChosenTools.Mode.NONE || chosen.isEmpty();
        if (silent && !turns.tools()) {
            return;
        }
        var config = Json.MAPPER.createObjectNode();
        var tools = config.putArray("tools");
        for (var tool : chosen.tools()) {
            tool(tool, strict, tools, told);
        }
        if (silent) {
            remembered(turns, tools);
            if (chosen.mode() == ChosenTools.Mode.NONE) {
                told.add("tool_choice");
            }
            if (!tools.isEmpty()) {
                to.set("toolConfig", config);
            }
            return;
        }
        var answer = chosen.answer();
        if (answer != null) {
            spec(tools, AnswerFormat.TOOL, answer.toolDescription(), answer.toolSchema());
        }
        choice(chosen, config);
        to.set("toolConfig", config);
    }

    private static void choice(ChosenTools chosen, ObjectNode config) {
        switch (chosen.mode()) {
            case AUTO -> config.putObject("toolChoice").putObject("auto");
            case ANY -> config.putObject("toolChoice").putObject("any");
            case ONE -> config.putObject("toolChoice").putObject("tool").put("name", chosen.name());
            case UNSAID, NONE -> {}
        }
    }

    /** Tools that were called have to be declared, whether or not they may be called again. */
    private static void remembered(Turns turns, ArrayNode tools) {
        for (var name : turns.called()) {
            var declared = false;
            for (var tool : tools) {
                declared |= text(tool.path("toolSpec"), "name").equals(name);
            }
            if (!declared && !name.isEmpty()) {
                spec(tools, name, "", Json.MAPPER.createObjectNode().put("type", "object"));
            }
        }
    }

    private static void tool(ChosenTools.Tool tool, boolean strict, ArrayNode to, List<String> told) {
        var function = tool.json().path("function");
        var parameters = function.path("parameters");
        var schema = parameters instanceof ObjectNode declared && !declared.isEmpty()
                ? declared
                : (ObjectNode) Json.MAPPER
                        .createObjectNode()
                        .put("type", "object")
                        .set("properties", Json.MAPPER.createObjectNode());
        var object = schema.has("type") ? schema : schema.deepCopy().put("type", "object");
        var strictly = function.path("strict").asBoolean();
        var spec = spec(
                to,
                text(function, "name"),
                text(function, "description"),
                strictly && strict ? SchemaForm.of(object) : object);
        if (strictly && strict) {
            spec.put("strict", true);
        } else if (strictly) {
            told.add(tool.param() + ".function.strict");
        }
        if (tool.json().path("cache_control").isObject()) {
            to.addObject().putObject("cachePoint").put("type", "default");
        }
    }

    private static ObjectNode spec(ArrayNode to, String name, String description, JsonNode schema) {
        var spec = to.addObject().putObject("toolSpec").put("name", Objects.requireNonNull(name));
        if (!description.isBlank()) {
            spec.put("description", description);
        }
        spec.putObject("inputSchema").set("json", schema);
        return spec;
    }
}
