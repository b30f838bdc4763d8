package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a response repeats of its request. Every member that some client needs is there; what the caller left out has the
 * value that was in force.
 */
final class RequestEcho {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Only where the caller gave them: no client wants them to be there, and not all may be null. */
    private static final List<String> AS_GIVEN = List.of("user", "prompt", "prompt_cache_retention");

    /** What opens another's server is neither shown nor kept. */
    private static final List<String> CREDENTIALS = List.of("authorization", "headers");

    private final ObjectNode body;

    private RequestEcho(ObjectNode body) {
        this.body = body;
    }

    /** A response of which only the members that the request decides have their values; the others are null. */
    static ObjectNode of(ResponseRequest request) {
        return new RequestEcho(request.body()).whole(request);
    }

    private ObjectNode whole(ResponseRequest request) {
        var whole = NODES.objectNode()
                .putNull("id")
                .put("object", "response")
                .putNull("created_at")
                .putNull("status")
                .put("background", request.background())
                .putNull("completed_at");
        var conversation = request.conversationId();
        whole.set(
                "conversation",
                conversation == null ? NODES.nullNode() : NODES.objectNode().put("id", conversation));
        whole.putNull("error").set("frequency_penalty", given("frequency_penalty", NODES.numberNode(0)));
        whole.putNull("incomplete_details").put("instructions", request.instructions());
        whole.set("max_output_tokens", given("max_output_tokens", NODES.nullNode()));
        whole.set("max_tool_calls", given("max_tool_calls", NODES.nullNode()));
        whole.set("metadata", given("metadata", NODES.objectNode()));
        whole.putNull("model").putNull("output");
        whole.set("parallel_tool_calls", given("parallel_tool_calls", NODES.booleanNode(true)));
        whole.set("presence_penalty", given("presence_penalty", NODES.numberNode(0)));
        whole.put("previous_response_id", request.previousResponseId());
        whole.set("prompt_cache_key", given("prompt_cache_key", NODES.nullNode()));
        whole.set("reasoning", reasoning());
        whole.set("safety_identifier", given("safety_identifier", NODES.nullNode()));
        whole.set("service_tier", given("service_tier", NODES.textNode("auto")));
        whole.put("store", request.store());
        whole.set("temperature", given("temperature", NODES.numberNode(1)));
        whole.set("text", text());
        whole.set("tool_choice", given("tool_choice", NODES.textNode("auto")));
        whole.set("tools", tools());
        whole.set("top_logprobs", given("top_logprobs", NODES.numberNode(0)));
        whole.set("top_p", given("top_p", NODES.numberNode(1)));
        whole.set("truncation", given("truncation", NODES.textNode("disabled")));
        whole.putNull("usage");
        for (var name : AS_GIVEN) {
            if (body.hasNonNull(name)) {
                whole.set(name, body.get(name));
            }
        }
        return whole;
    }

    private JsonNode given(String name, JsonNode otherwise) {
        return body.hasNonNull(name) ? body.get(name) : otherwise;
    }

    /** Both members are always there. */
    private ObjectNode reasoning() {
        var reasoning = NODES.objectNode().putNull("effort").putNull("summary");
        if (body.get("reasoning") instanceof ObjectNode given) {
            reasoning.setAll(given);
        }
        return reasoning;
    }

    private ObjectNode text() {
        var text = NODES.objectNode();
        text.putObject("format").put("type", "text");
        for (var member : body.path("text").properties()) {
            if (!member.getValue().isNull()) {
                text.set(member.getKey(), member.getValue());
            }
        }
        if (text.path("format").path("type").asText().equals("json_schema")) {
            text.set("format", schema(text.path("format")));
        }
        return text;
    }

    private static ObjectNode schema(JsonNode given) {
        var format = NODES.objectNode()
                .put("type", "json_schema")
                .putNull("name")
                .putNull("description")
                .putNull("schema")
                .put("strict", false);
        given.properties().forEach(member -> set(format, member.getKey(), member.getValue()));
        return format;
    }

    private ArrayNode tools() {
        var tools = NODES.arrayNode();
        for (var tool : body.path("tools")) {
            tools.add(
                    switch (tool.path("type").asText()) {
                        case "function" -> function(tool);
                        case "mcp" -> ((ObjectNode) tool).deepCopy().without(CREDENTIALS);
                        default -> tool;
                    });
        }
        return tools;
    }

    private static ObjectNode function(JsonNode given) {
        var function = NODES.objectNode()
                .put("type", "function")
                .putNull("name")
                .putNull("description")
                .putNull("parameters")
                .put("strict", false);
        given.properties().forEach(member -> set(function, member.getKey(), member.getValue()));
        return function;
    }

    /** Null does not take the place of a value. */
    private static void set(ObjectNode object, String name, JsonNode value) {
        if (!(value instanceof NullNode) || !object.has(name)) {
            object.set(name, value);
        }
    }
}
