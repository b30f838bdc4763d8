package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.conversation.Words;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Anthropic's Messages API. A refusal is a text there, as any other. */
public final class AnthropicWire implements Wire {
    @Override
    public Said tellable(Said said) {
        return said.refusingInText();
    }

    @Override
    public ObjectNode whole(Said said) {
        var message = message();
        message.withArray("content").addAll(blocks(said));
        message.put("stop_reason", said.calls().isEmpty() ? "end_turn" : "tool_use");
        message.set("usage", usage(Said.COMPLETION_TOKENS));
        return message;
    }

    private static ObjectNode message() {
        var message = Json.MAPPER
                .createObjectNode()
                .put("id", "msg_theirs")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", "scripted");
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        return message;
    }

    /** The tokens of a prompt are told in two parts. */
    private static ObjectNode usage(int output) {
        var usage = Json.MAPPER
                .createObjectNode()
                .put("input_tokens", Said.PROMPT_TOKENS - Said.CACHED_TOKENS)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", Said.CACHED_TOKENS)
                .put("output_tokens", output)
                .put("service_tier", "standard");
        usage.putObject("output_tokens_details").put("thinking_tokens", Said.REASONING_TOKENS);
        return usage;
    }

    private static List<ObjectNode> blocks(Said said) {
        var blocks = new ArrayList<ObjectNode>();
        if (!said.reasoning().isEmpty()) {
            blocks.add(block("thinking").put("thinking", said.reasoning()).put("signature", said.signature()));
        }
        if (!said.text().isEmpty()) {
            blocks.add(block("text").put("text", said.text()));
        }
        for (var call : said.calls()) {
            blocks.add(block("tool_use")
                    .put("id", call.id())
                    .put("name", call.name())
                    .set("input", Json.object(call.arguments().getBytes(StandardCharsets.UTF_8))));
        }
        return blocks;
    }

    private static ObjectNode block(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }

    @Override
    public List<String> events(Said said, SplittableRandom cuts) {
        var events = new ArrayList<String>();
        var begun = message();
        begun.set("usage", usage(1));
        events.add(block("message_start").set("message", begun).toString());
        events.add(block("ping").toString());
        var blocks = blocks(said);
        for (var i = 0; i < blocks.size(); i++) {
            events.add(at("content_block_start", i)
                    .set("content_block", empty(blocks.get(i)))
                    .toString());
            deltas(i, blocks.get(i), cuts, events);
            events.add(at("content_block_stop", i).toString());
        }
        var ended = block("message_delta");
        ended.putObject("delta")
                .put("stop_reason", said.calls().isEmpty() ? "end_turn" : "tool_use")
                .putNull("stop_sequence");
        ended.set("usage", usage(Said.COMPLETION_TOKENS));
        events.add(ended.toString());
        events.add(block("message_stop").toString());
        return events;
    }

    private static ObjectNode at(String type, int index) {
        return block(type).put("index", index);
    }

    private static ObjectNode empty(ObjectNode block) {
        var empty = block.deepCopy();
        for (var member : List.of("text", "thinking", "signature")) {
            if (empty.has(member)) {
                empty.put(member, "");
            }
        }
        if (empty.has("input")) {
            empty.putObject("input");
        }
        return empty;
    }

    private static void deltas(int index, ObjectNode block, SplittableRandom cuts, List<String> events) {
        switch (block.path("type").asText()) {
            case "thinking" -> {
                deltas(
                        index,
                        "thinking_delta",
                        "thinking",
                        block.path("thinking").asText(),
                        cuts,
                        events);
                var signature = at("content_block_delta", index);
                signature
                        .putObject("delta")
                        .put("type", "signature_delta")
                        .put("signature", block.path("signature").asText());
                events.add(signature.toString());
            }
            case "text" ->
                deltas(index, "text_delta", "text", block.path("text").asText(), cuts, events);
            default ->
                deltas(
                        index,
                        "input_json_delta",
                        "partial_json",
                        block.path("input").toString(),
                        cuts,
                        events);
        }
    }

    private static void deltas(
            int index, String type, String member, String text, SplittableRandom cuts, List<String> events) {
        for (var piece : Words.pieces(text, cuts)) {
            var event = at("content_block_delta", index);
            event.putObject("delta").put("type", type).put(member, piece);
            events.add(event.toString());
        }
    }

    @Override
    public byte[] framed(List<String> events) {
        var body = new ByteArrayOutputStream();
        for (var event : events) {
            var type = Json.object(event.getBytes(StandardCharsets.UTF_8))
                    .path("type")
                    .asText();
            body.writeBytes(("event: " + type + "\ndata: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
        }
        return body.toByteArray();
    }

    @Override
    public Script error(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED ->
                error(429, "rate_limit_error", "This request would exceed your organization's rate limit");
            case OVERLOADED -> error(529, "overloaded_error", "Overloaded");
            case BROKEN -> error(500, "api_error", "Internal server error");
            case UNAUTHORIZED -> error(401, "authentication_error", "invalid x-api-key");
            case USED_UP -> error(402, "billing_error", "Your credit balance is too low");
            case UNKNOWN_MODEL -> error(404, "not_found_error", "model: up");
            case BAD_REQUEST -> error(400, "invalid_request_error", "temperature: must be at most 1");
            case TOO_LONG -> error(400, "invalid_request_error", "prompt is too long: 215000 tokens > 200000 maximum");
        };
    }

    private static Script error(int status, String type, String message) {
        var body = block("error");
        body.putObject("error").put("type", type).put("message", message);
        body.put("request_id", "req_theirs");
        return Script.json(status, status == 429 ? Map.of("retry-after", "7") : Map.of(), body.toString());
    }
}
