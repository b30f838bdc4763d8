package io.dromedary.backend.dialect.anthropic;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.blocks.AnswerFormat;
import io.dromedary.backend.dialect.blocks.ChosenTools;
import io.dromedary.backend.dialect.blocks.SchemaForm;
import java.util.List;

/** {@code tools} and {@code tool_choice} as the Messages API has them. */
final class AnthropicTools {
    private AnthropicTools() {}

    /**
     * Writes both.
     *
     * @param strict the model is held to schemas
     * @param told gets the places of what is left out
     */
    static void write(ChosenTools chosen, boolean strict, ObjectNode to, List<String> told) {
        if (chosen.isEmpty()) {
            return;
        }
        var tools = to.putArray("tools");
        for (var tool : chosen.tools()) {
            tool(tool, strict, tools, told);
        }
        var answer = chosen.answer();
        if (answer != null) {
            tools.addObject()
                    .put("name", AnswerFormat.TOOL)
                    .put("description", answer.toolDescription())
                    .set("input_schema", answer.toolSchema());
        }
        var choice = choice(chosen);
        if (!chosen.parallel() && chosen.mode() != ChosenTools.Mode.NONE) {
            choice.put("disable_parallel_tool_use", true);
        } else if (chosen.mode() == ChosenTools.Mode.UNSAID) {
            return;
        }
        to.set("tool_choice", choice);
    }

    private static ObjectNode choice(ChosenTools chosen) {
        var choice = Json.MAPPER.createObjectNode();
        return switch (chosen.mode()) {
            case UNSAID, AUTO -> choice.put("type", "auto");
            case NONE -> choice.put("type", "none");
            case ANY -> choice.put("type", "any");
            case ONE -> choice.put("type", "tool").put("name", chosen.name());
        };
    }

    private static void tool(ChosenTools.Tool tool, boolean strict, ArrayNode to, List<String> told) {
        var function = tool.json().path("function");
        var sent = to.addObject().put("name", text(function, "name"));
        if (!text(function, "description").isEmpty()) {
            sent.set("description", function.path("description"));
        }
        var strictly = function.path("strict").asBoolean();
        sent.set("input_schema", schema(function.path("parameters"), strictly && strict));
        if (strictly && strict) {
            sent.put("strict", true);
        } else if (strictly) {
            told.add(tool.param() + ".function.strict");
        }
        if (tool.json().path("cache_control").isObject()) {
            sent.set("cache_control", tool.json().path("cache_control"));
        }
    }

    private static JsonNode schema(JsonNode parameters, boolean strict) {
        if (!(parameters instanceof ObjectNode declared) || declared.isEmpty()) {
            return Json.MAPPER
                    .createObjectNode()
                    .put("type", "object")
                    .set("properties", Json.MAPPER.createObjectNode());
        }
        var object = declared.has("type") ? declared : declared.deepCopy().put("type", "object");
        return strict ? SchemaForm.of(object) : object;
    }
}
