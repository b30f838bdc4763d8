package io.dromedary.testing;

import static io.dromedary.api.json.JsonText.quote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.util.Map;
import java.util.function.Function;

/**
 * An echoing model behind Bedrock's Converse and ConverseStream: wants a signature or a key, has no start for a block of
 * text, and streams binary frames whose usage comes after the stop.
 */
public final class BedrockUpstream implements Function<Received, Script> {
    @Override
    public Script apply(Received received) {
        var authorization = String.valueOf(received.header("authorization"));
        if (!authorization.startsWith("AWS4-HMAC-SHA256 ") && !authorization.startsWith("Bearer ")) {
            return refusal(403, "AccessDeniedException", "Missing Authentication Token");
        }
        if (!received.path().matches("/model/[^/]+/converse(-stream)?")) {
            return refusal(404, "ResourceNotFoundException", "no such path");
        }
        var request = Echo.request(received);
        var turns = request.path("messages");
        if (turns.isEmpty() || !turns.path(0).path("role").asText().equals("user")) {
            return refusal(400, "ValidationException", "A conversation must start with a user message.");
        }
        for (var i = 1; i < turns.size(); i++) {
            if (turns.path(i).path("role").equals(turns.path(i - 1).path("role"))) {
                return refusal(400, "ValidationException", "roles must alternate between user and assistant");
            }
        }
        var echo = Echo.to(asChat(request));
        return received.path().endsWith("-stream") ? stream(echo) : Script.json(200, whole(echo));
    }

    /** An exception as the API answers with it. */
    public static Script refusal(int status, String exception, String message) {
        return Script.json(
                status,
                Map.of("x-amzn-errortype", exception + ":http://internal.amazon.com/coral/com.amazon.bedrock/"),
                "{\"message\":" + quote(message) + "}");
    }

    /** The head of a stream of events. */
    public static Script head() {
        return Script.head(200, Map.of("content-type", "application/vnd.amazon.eventstream"));
    }

    private static JsonNode asChat(JsonNode request) {
        var chat = Json.MAPPER.createObjectNode();
        var messages = chat.putArray("messages");
        for (var message : request.path("messages")) {
            var sent = messages.addObject();
            sent.set("role", message.path("role"));
            for (var block : message.path("content")) {
                if (block.has("text")) {
                    sent.set("content", block.path("text"));
                } else if (block.has("toolResult")) {
                    sent.put("role", "tool").set("content", block.at("/toolResult/content/0/text"));
                }
            }
        }
        for (var tool : request.at("/toolConfig/tools")) {
            chat.withArray("tools").addObject().putObject("function").set("name", tool.at("/toolSpec/name"));
        }
        if (request.at("/outputConfig/textFormat").isObject()) {
            chat.putObject("response_format").put("type", "json_schema");
        }
        return chat;
    }

    private static String whole(Echo echo) {
        var block = echo.tool() == null
                ? "{\"text\":" + quote(echo.said()) + "}"
                : "{\"toolUse\":{\"toolUseId\":\"tooluse_1\",\"name\":" + quote(echo.tool()) + ",\"input\":"
                        + echo.said() + "}}";
        return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[" + block + "]}},\"stopReason\":"
                + quote(stop(echo)) + ",\"usage\":" + usage(echo) + ",\"metrics\":{\"latencyMs\":12}}";
    }

    private static Script stream(Echo echo) {
        var script = head().raw(EventStreamBytes.event("messageStart", "{\"role\":\"assistant\"}"));
        if (echo.tool() != null) {
            script = script.raw(EventStreamBytes.event(
                    "contentBlockStart",
                    "{\"contentBlockIndex\":0,\"start\":{\"toolUse\":{\"toolUseId\":\"tooluse_1\",\"name\":"
                            + quote(echo.tool()) + "}}}"));
        }
        for (var word : echo.words()) {
            var delta = echo.tool() == null
                    ? "{\"text\":" + quote(word) + "}"
                    : "{\"toolUse\":{\"input\":" + quote(word) + "}}";
            script = script.raw(
                    EventStreamBytes.event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":" + delta + "}"));
        }
        return script.raw(EventStreamBytes.event("contentBlockStop", "{\"contentBlockIndex\":0}"))
                .raw(EventStreamBytes.event("messageStop", "{\"stopReason\":" + quote(stop(echo)) + "}"))
                .raw(EventStreamBytes.event(
                        "metadata", "{\"usage\":" + usage(echo) + ",\"metrics\":{\"latencyMs\":12}}"));
    }

    private static String stop(Echo echo) {
        return echo.tool() == null ? "end_turn" : "tool_use";
    }

    private static String usage(Echo echo) {
        return "{\"inputTokens\":" + echo.promptTokens() + ",\"outputTokens\":"
                + echo.words().size() + ",\"totalTokens\":"
                + (echo.promptTokens() + echo.words().size()) + "}";
    }
}
