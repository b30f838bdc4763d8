package io.dromedary.backend.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Pieces of requests and answers, between the terms of chat and those of the Responses API. */
final class Terms {
    private Terms() {}

    /** Text of a member, or empty. */
    static String text(JsonNode node, String member) {
        return node.path(member).isTextual() ? node.path(member).textValue() : "";
    }

    /** Sets what the gateway decides: the backend's model, the stream, the tier, and that nothing is kept there. */
    static void settle(ObjectNode body, ChatRequest request, Target target) {
        body.put("model", target.upstream()).put("store", false);
        if (request.stream()) {
            body.put("stream", true);
        } else {
            body.remove("stream");
        }
        var tier = target.tier();
        if (tier == null) {
            return;
        }
        if (tier.sent() == null) {
            body.remove("service_tier");
        } else {
            body.put("service_tier", tier.sent());
        }
    }

    /** What an answer's {@code usage} says, or null where it counts nothing. */
    static @Nullable Usage usage(JsonNode usage) {
        if (!usage.path("input_tokens").isNumber()
                && !usage.path("output_tokens").isNumber()) {
            return null;
        }
        return new Usage(
                usage.path("input_tokens").asLong(),
                usage.path("output_tokens").asLong(),
                usage.path("input_tokens_details").path("cached_tokens").asLong(),
                usage.path("output_tokens_details").path("reasoning_tokens").asLong());
    }

    /**
     * As chat writes it.
     *
     * @param reported by the backend: details beyond those that are counted stay; a missing node where it reported nothing
     */
    static ObjectNode json(Usage usage, JsonNode reported) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.completion())
                .put("total_tokens", usage.total());
        details(json.putObject("prompt_tokens_details"), reported.path("input_tokens_details"))
                .put("cached_tokens", usage.cached());
        details(json.putObject("completion_tokens_details"), reported.path("output_tokens_details"))
                .put("reasoning_tokens", usage.reasoning());
        return json;
    }

    private static ObjectNode details(ObjectNode to, JsonNode reported) {
        return reported instanceof ObjectNode details ? to.setAll(details) : to;
    }

    /** Tokens as a choice's {@code logprobs.content} has them, each with its bytes; null where there are none. */
    static @Nullable ArrayNode tokens(JsonNode logprobs) {
        if (logprobs.isEmpty()) {
            return null;
        }
        var tokens = Json.MAPPER.createArrayNode();
        for (var each : logprobs) {
            var alternatives = tokens.arrayNode();
            each.path("top_logprobs").forEach(alternative -> alternatives.add(token(alternative)));
            tokens.add(token(each).set("top_logprobs", alternatives));
        }
        return tokens;
    }

    private static ObjectNode token(JsonNode token) {
        var text = text(token, "token");
        var copy = Json.MAPPER.createObjectNode().put("token", text);
        copy.set("logprob", token.path("logprob"));
        if (token.path("bytes").isArray()) {
            return copy.set("bytes", token.path("bytes"));
        }
        var bytes = copy.putArray("bytes");
        for (var each : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(each & 0xff);
        }
        return copy;
    }

    /**
     * An annotation as chat nests it, under the name of its type.
     *
     * @param before characters of the content that come before the text that it belongs to
     */
    static ObjectNode annotation(ObjectNode flat, long before) {
        var type = text(flat, "type");
        var nested = Json.MAPPER.createObjectNode().put("type", type);
        var members = nested.putObject(type).setAll(flat);
        if (members instanceof ObjectNode own) {
            own.remove("type");
            for (var index : new String[] {"start_index", "end_index"}) {
                if (own.path(index).isNumber()) {
                    own.put(index, own.path(index).asLong() + before);
                }
            }
        }
        return nested;
    }
}
