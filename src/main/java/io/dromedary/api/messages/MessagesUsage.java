package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Token counts of chat as the Messages API has them: what came from a cache, or went there, is not in the input. */
final class MessagesUsage {
    private MessagesUsage() {}

    /**
     * The counts; zeros where nobody has counted.
     *
     * @param usage of a chat answer, or missing
     * @param tier that served it, in chat's words, or empty
     */
    static ObjectNode of(JsonNode usage, String tier) {
        var details = usage.path("prompt_tokens_details");
        var read = Math.max(count(details, "cached_tokens"), count(usage, "prompt_cache_hit_tokens"));
        var written = count(details, "cache_write_tokens");
        var counts = JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", Math.max(0, count(usage, "prompt_tokens") - read - written))
                .put("cache_creation_input_tokens", written)
                .put("cache_read_input_tokens", read)
                .put("output_tokens", count(usage, "completion_tokens"));
        return tier.isEmpty() ? counts : counts.put("service_tier", tier.equals("default") ? "standard" : tier);
    }

    private static long count(JsonNode counts, String name) {
        return Math.max(0, counts.path(name).asLong());
    }
}
