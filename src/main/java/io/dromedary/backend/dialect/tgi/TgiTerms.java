package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Pieces of an answer, from TGI's terms to OpenAI's. */
final class TgiTerms {
    /** The answer ended with a stop string, and the string is in the text. */
    static final String STOP_SEQUENCE = "stop_sequence";

    /** Before 3.0: the model ended the answer, and in streams the token that did so is in the text. */
    static final String EOS_TOKEN = "eos_token";

    private TgiTerms() {}

    /** TGI's finish reason as OpenAI names it; one that nobody knows is a stop. */
    static String finishReason(String reason) {
        return switch (reason) {
            case "length", "tool_calls", "content_filter" -> reason;
            default -> "stop";
        };
    }

    static @Nullable Usage usage(JsonNode usage) {
        return usage.isObject()
                ? new Usage(
                        usage.path("prompt_tokens").asLong(),
                        usage.path("completion_tokens").asLong())
                : null;
    }

    /** With the details that OpenAI's clients look up: TGI counts neither cached nor reasoning tokens. */
    static ObjectNode json(Usage usage) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.completion())
                .put("total_tokens", usage.total());
        json.putObject("prompt_tokens_details").put("cached_tokens", usage.cached());
        json.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoning());
        return json;
    }

    /** The tokens of a choice's {@code logprobs} with their bytes, or null when there are none. */
    static @Nullable ArrayNode tokens(JsonNode logprobs) {
        if (!(logprobs.path("content") instanceof ArrayNode content)) {
            return null;
        }
        var tokens = content.arrayNode(content.size());
        for (var each : content) {
            var alternatives = content.arrayNode();
            each.path("top_logprobs").forEach(alternative -> alternatives.add(token(alternative)));
            tokens.add(token(each).set("top_logprobs", alternatives));
        }
        return tokens;
    }

    /** Tokens as a choice's {@code logprobs}; null for none. */
    static @Nullable ObjectNode logprobs(@Nullable ArrayNode tokens) {
        return tokens == null ? null : tokens.objectNode().putNull("refusal").set("content", tokens);
    }

    /** Takes the tokens of a text that was cut off the end. */
    static void cut(@Nullable ArrayNode tokens, String text) {
        var left = text;
        while (tokens != null && !tokens.isEmpty() && !left.isEmpty()) {
            var token = TgiRequest.text(tokens.path(tokens.size() - 1), "token");
            if (token.isEmpty() || !left.endsWith(token)) {
                return;
            }
            left = left.substring(0, left.length() - token.length());
            tokens.remove(tokens.size() - 1);
        }
    }

    private static ObjectNode token(JsonNode token) {
        var copy = Json.MAPPER.createObjectNode();
        copy.set("token", token.path("token"));
        copy.set("logprob", token.path("logprob"));
        var bytes = copy.putArray("bytes");
        for (var each : TgiRequest.text(token, "token").getBytes(StandardCharsets.UTF_8)) {
            bytes.add(each & 0xff);
        }
        return copy;
    }
}
