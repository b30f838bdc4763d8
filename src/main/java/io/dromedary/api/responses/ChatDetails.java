package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The small objects of a chat answer in the shapes that a response has for them. */
final class ChatDetails {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Set<String> OF_FILES = Set.of("file_citation", "container_file_citation", "file_path");

    private ChatDetails() {}

    /**
     * Token counts, with every detail that clients look up; null where the chat answer has none.
     *
     * @param usage in the spellings of OpenAI, DeepSeek ({@code prompt_cache_hit_tokens}) and SGLang ({@code
     *     reasoning_tokens} beside the others)
     */
    static @Nullable ObjectNode usage(JsonNode usage) {
        if (!usage.path("prompt_tokens").isNumber()
                && !usage.path("completion_tokens").isNumber()) {
            return null;
        }
        var input = count(usage, "prompt_tokens");
        var output = count(usage, "completion_tokens");
        var read = usage.path("prompt_tokens_details");
        var written = usage.path("completion_tokens_details");
        var counts = NODES.objectNode().put("input_tokens", input);
        counts.putObject("input_tokens_details")
                .put("cached_tokens", Math.max(count(read, "cached_tokens"), count(usage, "prompt_cache_hit_tokens")))
                .put("cache_write_tokens", count(read, "cache_write_tokens"));
        counts.put("output_tokens", output);
        counts.putObject("output_tokens_details")
                .put(
                        "reasoning_tokens",
                        Math.max(count(written, "reasoning_tokens"), count(usage, "reasoning_tokens")));
        counts.put("total_tokens", Math.max(count(usage, "total_tokens"), input + output));
        if (usage.path("estimated").asBoolean()) {
            counts.put("estimated", true);
        }
        return counts;
    }

    private static long count(JsonNode counts, String name) {
        return Math.max(0, counts.path(name).asLong());
    }

    /** Those of a list of tokens. Bytes that the backend left out are those of the token. */
    static ArrayNode logprobs(JsonNode tokens) {
        var list = NODES.arrayNode();
        for (var token : tokens) {
            var one = logprob(token);
            var others = one.putArray("top_logprobs");
            token.path("top_logprobs").forEach(other -> others.add(logprob(other)));
            list.add(one);
        }
        return list;
    }

    private static ObjectNode logprob(JsonNode token) {
        var text = GrowingText.sound(token.path("token").asText(""));
        var one = NODES.objectNode().put("token", text);
        one.set("logprob", token.path("logprob").isNumber() ? token.path("logprob") : NODES.numberNode(0));
        if (token.path("bytes").isArray()) {
            one.set("bytes", token.path("bytes"));
        } else {
            var bytes = one.putArray("bytes");
            for (var value : text.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(value & 0xff);
            }
        }
        return one;
    }

    /**
     * A citation. Those of a URL are the only ones that chat and every client know; those of files come of tools that the
     * caller has to ask for. Null where it is none of these.
     */
    static @Nullable ObjectNode annotation(JsonNode annotation) {
        var type = annotation.path("type").asText("");
        if (OF_FILES.contains(type)) {
            var flat = NODES.objectNode().put("type", type);
            return annotation.path(type) instanceof ObjectNode members
                    ? flat.setAll(members)
                    : flat.setAll((ObjectNode) annotation);
        }
        if (!type.equals("url_citation")) {
            return null;
        }
        var citation = annotation.path("url_citation").isObject() ? annotation.path("url_citation") : annotation;
        return NODES.objectNode()
                .put("type", "url_citation")
                .put("start_index", count(citation, "start_index"))
                .put("end_index", count(citation, "end_index"))
                .put("url", GrowingText.sound(citation.path("url").asText("")))
                .put("title", GrowingText.sound(citation.path("title").asText("")));
    }
}
