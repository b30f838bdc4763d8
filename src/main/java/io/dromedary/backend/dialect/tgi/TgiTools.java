package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.TgiRequest.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code tools} and {@code tool_choice}. TGI forces a grammar as soon as {@code tools} is there, even an empty list; has no
 * choice among some of the tools; and takes only {@code properties} and {@code required} from a function's
 * parameters, so that their definitions have to be put where they are referred to.
 */
final class TgiTools {
    private final ObjectNode body;
    private final ArrayNode tools;

    private TgiTools(ObjectNode body, ArrayNode tools) {
        this.body = body;
        this.tools = tools;
    }

    static void rewrite(ObjectNode body) {
        var tools = body.remove("tools");
        var choice = body.remove("tool_choice");
        if (tools instanceof ArrayNode list && !list.isEmpty()) {
            new TgiTools(body, list).choose(choice);
        }
    }

    private void choose(@Nullable JsonNode choice) {
        if (choice == null) {
            send(null, null);
        } else if (choice.isTextual()) {
            if (!choice.textValue().equals("none")) {
                send(null, choice);
            }
        } else if (text(choice, "type").equals("allowed_tools")) {
            allowed(choice.path("allowed_tools"));
        } else {
            send(null, function(named(choice)));
        }
    }

    /** Only the allowed tools are sent, under the choice's mode. */
    private void allowed(JsonNode choice) {
        var names = new HashSet<String>();
        choice.path("tools").forEach(tool -> names.add(named(tool)));
        send(names, choice.path("mode"));
    }

    /** Sends the tools, or those of the given names. */
    private void send(@Nullable Set<String> names, @Nullable JsonNode choice) {
        var sent = body.arrayNode();
        for (var i = 0; i < tools.size(); i++) {
            var tool = tools.get(i);
            if (names == null || names.contains(named(tool))) {
                sent.add(tool(tool, "tools[" + i + "]"));
            }
        }
        body.set("tools", sent);
        if (choice != null) {
            body.set("tool_choice", choice);
        }
    }

    private static ObjectNode tool(JsonNode tool, String param) {
        if (!text(tool, "type").equals("function")) {
            throw RefusedException.badRequest(
                    param + ".type", "The backend that serves this model takes tools of the type function only.");
        }
        var sent = function(named(tool));
        var function = (ObjectNode) sent.path("function");
        var declared = tool.path("function");
        if (declared.path("description").isTextual()) {
            function.set("description", declared.path("description"));
        }
        if (declared.path("parameters").isEmpty()) {
            function.putObject("parameters").put("type", "object").putObject("properties");
        } else {
            function.set("parameters", SchemaRefs.inlined(declared.path("parameters"), param + ".function.parameters"));
        }
        return sent;
    }

    private static ObjectNode function(String name) {
        var node = Json.MAPPER.createObjectNode().put("type", "function");
        node.putObject("function").put("name", name);
        return node;
    }

    private static String named(JsonNode tool) {
        return text(tool.path("function"), "name");
    }
}
