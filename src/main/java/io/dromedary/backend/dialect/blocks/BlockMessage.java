package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;

/** A whole answer's blocks as one message of chat. */
final class BlockMessage {
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final ArrayNode details = Json.MAPPER.createArrayNode();
    private final ArrayNode calls = Json.MAPPER.createArrayNode();
    private String refusal = "";

    void text(String text) {
        content.append(text);
    }

    void refusal(String text) {
        refusal = text;
    }

    void thinking(String text, String signature) {
        reasoning.append(reasoning.isEmpty() || text.isEmpty() ? "" : "\n\n").append(text);
        details.add(detail(text, signature));
    }

    void redacted(String data) {
        details.add(redactedDetail(data));
    }

    void call(String id, String name, String arguments) {
        calls.addObject()
                .put("id", id)
                .put("type", "function")
                .putObject("function")
                .put("name", name)
                .put("arguments", arguments);
    }

    ObjectNode json() {
        var message = Json.MAPPER.createObjectNode().put("role", "assistant");
        message.put("content", calls.isEmpty() || !content.isEmpty() ? content.toString() : null);
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning.toString());
        }
        if (!details.isEmpty()) {
            message.set("reasoning_details", details);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message.put("refusal", refusal.isEmpty() ? null : refusal);
    }

    static ObjectNode detail(String text, String signature) {
        var detail =
                Json.MAPPER.createObjectNode().put("type", "reasoning.text").put("text", text);
        return signature.isEmpty() ? detail : detail.put("signature", signature);
    }

    static ObjectNode redactedDetail(String data) {
        return Json.MAPPER.createObjectNode().put("type", "reasoning.encrypted").put("data", data);
    }
}
