package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Script;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.conversation.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Text Generation Inference 3: one call at a time and with no id, no reasoning, no finish reason after a streamed call. */
public final class TgiWire implements Wire {
    @Override
    public Said tellable(Said said) {
        return said.withoutReasoning().refusingInText().withOneCallAlone();
    }

    @Override
    public boolean tellsCallIds() {
        return false;
    }

    @Override
    public boolean tellsCachedTokens() {
        return false;
    }

    @Override
    public boolean tellsReasoningTokens() {
        return false;
    }

    @Override
    public ObjectNode whole(Said said) {
        var body = envelope("chat.completion");
        var choice = body.putArray("choices").addObject().put("index", 0);
        var message = choice.putObject("message").put("role", "assistant");
        if (said.calls().isEmpty()) {
            message.put("content", said.text());
        } else {
            call(
                    message,
                    said.calls().getFirst().name(),
                    said.calls().getFirst().arguments());
        }
        choice.putNull("logprobs").put("finish_reason", "stop");
        body.set("usage", usage());
        return body;
    }

    private static ObjectNode envelope(String object) {
        return Json.MAPPER
                .createObjectNode()
                .put("object", object)
                .put("id", "")
                .put("created", 1_700_000_000)
                .put("model", "tgi")
                .put("system_fingerprint", "3.3.6-dev0-sha-db931fc");
    }

    private static ObjectNode usage() {
        return Json.MAPPER
                .createObjectNode()
                .put("prompt_tokens", Said.PROMPT_TOKENS)
                .put("completion_tokens", Said.COMPLETION_TOKENS)
                .put("total_tokens", Said.PROMPT_TOKENS + Said.COMPLETION_TOKENS);
    }

    private static void call(ObjectNode message, @Nullable String name, String arguments) {
        message.putArray("tool_calls")
                .addObject()
                .put("index", 0)
                .put("id", "0")
                .put("type", "function")
                .putObject("function")
                .put("name", name)
                .put("arguments", arguments);
    }

    @Override
    public List<String> events(Said said, SplittableRandom cuts) {
        var events = new ArrayList<String>();
        for (var piece : Words.pieces(said.text(), cuts)) {
            events.add(chunk(delta().put("content", piece), null));
        }
        for (var call : said.calls()) {
            var name = call.name();
            for (var piece : Words.pieces(call.arguments(), cuts)) {
                var delta = delta();
                call(delta, name, piece);
                name = null;
                events.add(chunk(delta, null));
            }
        }
        if (said.calls().isEmpty()) {
            events.add(chunk(delta().put("content", ""), "stop"));
        }
        var last = envelope("chat.completion.chunk");
        last.putArray("choices");
        last.set("usage", usage());
        events.add(last.toString());
        events.add("[DONE]");
        return events;
    }

    private static ObjectNode delta() {
        return Json.MAPPER.createObjectNode().put("role", "assistant");
    }

    private static String chunk(ObjectNode delta, @Nullable String finish) {
        var chunk = envelope("chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        return chunk.putNull("usage").toString();
    }

    @Override
    public Script error(Fault fault) {
        return switch (fault) {
            case RATE_LIMITED, OVERLOADED -> Script.json(429, error("Model is overloaded", "overloaded"));
            case BROKEN ->
                Script.json(424, error("Request failed during generation: Server error: CUDA error", "generation"));
            case UNAUTHORIZED -> Script.whole(401, "text/plain", Map.of(), "");
            // of whatever stands before it
            case USED_UP -> Script.json(402, "{\"error\":\"You have exceeded your monthly included credits\"}");
            case UNKNOWN_MODEL -> Script.whole(404, "text/plain", Map.of(), "");
            case BAD_REQUEST ->
                Script.json(
                        422, error("Input validation error: `temperature` must be strictly positive", "validation"));
            case TOO_LONG ->
                Script.json(
                        422,
                        error(
                                "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"
                                        + " `inputs` tokens and 100 `max_new_tokens`",
                                "validation"));
        };
    }

    private static String error(String message, String type) {
        return Json.MAPPER
                .createObjectNode()
                .put("error", message)
                .put("error_type", type)
                .toString();
    }
}
