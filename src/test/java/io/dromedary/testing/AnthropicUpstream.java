package io.dromedary.testing;

import static io.dromedary.api.json.JsonText.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.function.Function;

/**
 * An echoing model behind the wire of Anthropic's Messages API. It wants its two headers, refuses what the API refuses,
 * counts cached tokens apart, and streams named events with a ping among them and no {@code [DONE]}.
 */
public final class AnthropicUpstream implements Function<Received, Script> {
    @Override
    public Script apply(Received received) {
        if (received.header("x-api-key") == null || received.header("anthropic-version") == null) {
            return Script.json(401, error("authentication_error", "x-api-key header is required"));
        }
        if (!received.path().equals("/v1/messages")) {
            return Script.json(404, error("not_found_error", "Not found"));
        }
        var request = Echo.request(received);
        var faults = AnthropicRules.faults(request);
        if (!faults.isEmpty()) {
            return Script.json(400, error("invalid_request_error", String.join("; ", faults)));
        }
        var echo = Echo.to(asChat(request));
        return request.path("stream").asBoolean() ? stream(echo) : Script.json(200, whole(echo));
    }

    /** An error as the API writes it, as a body or as the data of an event. */
    public static String error(String type, String message) {
        return "{\"type\":\"error\",\"error\":{\"type\":" + quote(type) + ",\"message\":" + quote(message)
                + "},\"request_id\":\"req_1\"}";
    }

    /** Events as the API frames them: by the name that their data has as its type. */
    public static Script events(String... data) {
        var script = Script.stream();
        for (var each : data) {
            script = script.raw(framed(each));
        }
        return script;
    }

    /** One event. */
    public static String framed(String data) {
        var type = Json.object(data.getBytes(UTF_8)).path("type");
        return "event: " + type.asText() + "\ndata: " + data + "\n\n";
    }

    private static JsonNode asChat(JsonNode request) {
        var chat = Json.MAPPER.createObjectNode();
        var messages = chat.putArray("messages");
        for (var message : request.path("messages")) {
            message(message, messages);
        }
        for (var tool : request.path("tools")) {
            chat.withArray("tools").addObject().putObject("function").set("name", tool.path("name"));
        }
        chat.set("tool_choice", request.at("/tool_choice/type"));
        if (request.at("/output_config/format").isObject()) {
            chat.putObject("response_format").put("type", "json_schema");
        }
        return chat;
    }

    private static void message(JsonNode message, ArrayNode to) {
        var sent = to.addObject();
        sent.set("role", message.path("role"));
        for (var block : message.path("content")) {
            if (block.path("type").asText().equals("text")) {
                sent.set("content", block.path("text"));
            } else if (block.path("type").asText().equals("tool_result")) {
                result(sent, block);
            }
        }
    }

    private static void result(ObjectNode sent, JsonNode block) {
        sent.put("role", "tool").set("content", block.at("/content/0/text"));
    }

    private static String whole(Echo echo) {
        var block = echo.tool() == null
                ? "{\"type\":\"text\",\"text\":" + quote(echo.said()) + "}"
                : "{\"type\":\"tool_use\",\"id\":\"toolu_01\",\"name\":" + quote(echo.tool()) + ",\"input\":"
                        + echo.said() + "}";
        return "{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude\",\"content\":["
                + block + "],\"stop_reason\":" + quote(stop(echo)) + ",\"stop_sequence\":null,\"usage\":{"
                + input(echo) + ",\"output_tokens\":" + echo.words().size() + ",\"service_tier\":\"standard\"}}";
    }

    private static Script stream(Echo echo) {
        var script = events(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"claude\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{"
                        + input(echo) + ",\"output_tokens\":1,\"service_tier\":\"standard\"}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                        + (echo.tool() == null
                                ? "{\"type\":\"text\",\"text\":\"\"}"
                                : "{\"type\":\"tool_use\",\"id\":\"toolu_01\",\"name\":" + quote(echo.tool())
                                        + ",\"input\":{}}")
                        + "}",
                "{\"type\":\"ping\"}");
        for (var word : echo.words()) {
            var delta = echo.tool() == null
                    ? "{\"type\":\"text_delta\",\"text\":" + quote(word) + "}"
                    : "{\"type\":\"input_json_delta\",\"partial_json\":" + quote(word) + "}";
            script = script.raw(framed("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":" + delta + "}"));
        }
        return script.raw(framed("{\"type\":\"content_block_stop\",\"index\":0}"))
                .raw(framed("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":" + quote(stop(echo))
                        + ",\"stop_sequence\":null},\"usage\":{\"output_tokens\":"
                        + echo.words().size() + "}}"))
                .raw(framed("{\"type\":\"message_stop\"}"));
    }

    private static String stop(Echo echo) {
        return echo.tool() == null ? "end_turn" : "tool_use";
    }

    /** One token of the prompt is read from the cache, where there are some. */
    private static String input(Echo echo) {
        var cached = Math.min(1, echo.promptTokens());
        return "\"input_tokens\":" + (echo.promptTokens() - cached)
                + ",\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":" + cached;
    }
}
