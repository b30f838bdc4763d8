package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.conversation.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** OpenAI's chat completions, with the reasoning that others put into them. */
public final class OpenAiWire implements Wire {
    private final int uncounted;

    /** As OpenAI itself counts. */
    public OpenAiWire() {
        this(false);
    }

    /** @param reasoningBeside tokens of reasoning are in the total, and not in those of the completion */
    public OpenAiWire(boolean reasoningBeside) {
        this.uncounted = reasoningBeside ? Said.REASONING_TOKENS : 0;
    }

    @Override
    public ObjectNode whole(Said said) {
        var body = envelope("chat.completion");
        var choice = body.putArray("choices").addObject().put("index", 0);
        choice.set("message", said.message());
        choice.putNull("logprobs").put("finish_reason", said.finishReason());
        body.set("usage", usage());
        return body;
    }

    private static ObjectNode envelope(String object) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", object)
                .put("created", 1_700_000_000)
                .put("model", "scripted");
    }

    private ObjectNode usage() {
        var usage = Json.MAPPER
                .createObjectNode()
                .put("prompt_tokens", Said.PROMPT_TOKENS)
                .put("completion_tokens", Said.COMPLETION_TOKENS - uncounted)
                .put("total_tokens", Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS);
        usage.putObject("prompt_tokens_details").put("cached_tokens", Said.CACHED_TOKENS);
        usage.putObject("completion_tokens_details").put("reasoning_tokens", Said.REASONING_TOKENS);
        return usage;
    }

    @Override
    public List<String> events(Said said, SplittableRandom cuts) {
        var events = new ArrayList<String>();
        var role = delta().put("role", "assistant");
        role.put("content", said.calls().isEmpty() ? "" : null);
        events.add(chunk(role, null));
        texts("reasoning_content", said.reasoning(), cuts, events);
        if (!said.signature().isEmpty()) {
            var delta = delta();
            delta.set("reasoning_details", said.message().path("reasoning_details"));
            events.add(chunk(delta, null));
        }
        texts("content", said.text(), cuts, events);
        texts("refusal", said.refusal(), cuts, events);
        for (var i = 0; i < said.calls().size(); i++) {
            call(i, said.calls().get(i), cuts, events);
        }
        events.add(chunk(delta(), said.finishReason()));
        var last = envelope("chat.completion.chunk");
        last.putArray("choices");
        last.set("usage", usage());
        events.add(last.toString());
        events.add("[DONE]");
        return events;
    }

    private static ObjectNode delta() {
        return Json.MAPPER.createObjectNode();
    }

    private static void texts(String member, String text, SplittableRandom cuts, List<String> events) {
        for (var piece : Words.pieces(text, cuts)) {
            events.add(chunk(delta().put(member, piece), null));
        }
    }

    private static void call(int index, Said.Call call, SplittableRandom cuts, List<String> events) {
        var begun = delta();
        begun.putArray("tool_calls")
                .addObject()
                .put("index", index)
                .put("id", call.id())
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", "");
        events.add(chunk(begun, null));
        for (var piece : Words.pieces(call.arguments(), cuts)) {
            var more = delta();
            more.putArray("tool_calls")
                    .addObject()
                    .put("index", index)
                    .putObject("function")
                    .put("arguments", piece);
            events.add(chunk(more, null));
        }
    }

    private static String chunk(JsonNode delta, @Nullable String finish) {
        var chunk = envelope("chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        return chunk.toString();
    }

    @Override
    public Script error(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED ->
                Script.json(
                        429,
                        Map.of("retry-after", "7"),
                        error("Rate limit reached", "requests", null, "rate_limit_exceeded"));
            case OVERLOADED ->
                Script.json(503, error("The engine is currently overloaded", "server_error", null, null));
            case BROKEN -> Script.json(500, error("The server had an error", "server_error", null, null));
            case UNAUTHORIZED ->
                Script.json(401, error("Incorrect API key provided", "invalid_request_error", null, "invalid_api_key"));
            case USED_UP ->
                Script.json(
                        429,
                        error("You exceeded your current quota", "insufficient_quota", null, "insufficient_quota"));
            case UNKNOWN_MODEL ->
                Script.json(
                        404,
                        error("The model `x` does not exist", "invalid_request_error", "model", "model_not_found"));
            case BAD_REQUEST ->
                Script.json(400, error("That cannot be", "invalid_request_error", "temperature", "invalid_value"));
            case TOO_LONG ->
                Script.json(
                        400,
                        error(
                                "This model's maximum context length is 8192 tokens",
                                "invalid_request_error",
                                "messages",
                                "context_length_exceeded"));
        };
    }

    private static String error(String message, String type, @Nullable String param, @Nullable String code) {
        return "{\"error\":{\"message\":" + JsonText.quote(message) + ",\"type\":" + JsonText.quote(type)
                + ",\"param\":" + JsonText.quote(param) + ",\"code\":" + JsonText.quote(code) + "}}";
    }
}
