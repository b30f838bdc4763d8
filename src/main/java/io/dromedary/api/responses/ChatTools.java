package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.Values;
import java.util.HashSet;
import java.util.Set;

/**
 * Tools and the choice between them as chat completions have them; those that a provider runs itself are left out. Of {@code allowed_tools} only those are offered that are
 * allowed: a backend that never sees the others cannot call them, whatever it makes of the choice.
 */
final class ChatTools {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ChatTools() {}

    /** Puts {@code tools}, {@code tool_choice} and {@code parallel_tool_calls} into a chat request, where there are tools. */
    static void put(JsonNode request, ObjectNode chat) {
        var choice = request.path("tool_choice");
        var allowed = choice.path("type").asText().equals("allowed_tools") ? names(choice.path("tools")) : null;
        var tools = JSON.arrayNode();
        for (var tool : request.path("tools")) {
            if (isKnown(tool) && (allowed == null || allowed.contains(name(tool)))) {
                tools.add(tool(tool));
            }
        }
        if (tools.isEmpty()) {
            // backends refuse what is said about tools where there are none
            return;
        }
        chat.set("tools", tools);
        if (allowed != null) {
            chat.set("tool_choice", choice.path("mode"));
        } else if (choice.isTextual()) {
            chat.set("tool_choice", choice);
        } else if (choice.isObject() && isKnown(choice)) {
            chat.set("tool_choice", named(choice));
        }
        if (request.path("parallel_tool_calls").isBoolean()) {
            chat.set("parallel_tool_calls", request.path("parallel_tool_calls"));
        }
    }

    private static boolean isKnown(JsonNode typed) {
        return Values.TOOL_TYPES.contains(typed.path("type").asText());
    }

    private static Set<String> names(JsonNode tools) {
        var names = new HashSet<String>();
        tools.forEach(tool -> names.add(name(tool)));
        return names;
    }

    private static String name(JsonNode tool) {
        return tool.path("type").asText() + ' ' + tool.path("name").asText();
    }

    private static ObjectNode named(JsonNode choice) {
        var type = choice.path("type").asText();
        var named = JSON.objectNode().put("type", type);
        named.putObject(type).set("name", choice.path("name"));
        return named;
    }

    private static ObjectNode tool(JsonNode tool) {
        var type = tool.path("type").asText();
        var chat = JSON.objectNode().put("type", type);
        var inner = chat.putObject(type);
        copy(tool, inner, "name");
        copy(tool, inner, "description");
        if (type.equals("function")) {
            copy(tool, inner, "parameters");
            copy(tool, inner, "strict");
        } else if (tool.path("format").isObject()) {
            inner.set("format", format(tool.path("format")));
        }
        return chat;
    }

    private static ObjectNode format(JsonNode format) {
        var chat = JSON.objectNode();
        copy(format, chat, "type");
        if (format.path("type").asText().equals("grammar")) {
            var grammar = chat.putObject("grammar");
            copy(format, grammar, "definition");
            copy(format, grammar, "syntax");
        }
        return chat;
    }

    private static void copy(JsonNode from, ObjectNode to, String member) {
        var value = from.path(member);
        if (!value.isMissingNode() && !value.isNull()) {
            to.set(member, value);
        }
    }
}
