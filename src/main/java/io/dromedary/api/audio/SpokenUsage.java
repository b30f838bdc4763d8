package io.dromedary.api.audio;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import org.jspecify.annotations.Nullable;

/** What a transcript took: tokens, or the length of the recording. */
public final class SpokenUsage {
    private SpokenUsage() {}

    /** In OpenAI's words for transcripts, where it is in those for chat. */
    public static JsonNode normal(JsonNode usage) {
        if (!usage.path("prompt_tokens").isNumber() || usage.has("type")) {
            return usage;
        }
        var prompt = usage.path("prompt_tokens").asLong();
        var completion = usage.path("completion_tokens").asLong();
        return Json.MAPPER
                .createObjectNode()
                .put("type", "tokens")
                .put("input_tokens", prompt)
                .put("output_tokens", completion)
                .put("total_tokens", usage.path("total_tokens").asLong(prompt + completion));
    }

    /** Null where it tells of none. */
    public static @Nullable Usage tokens(JsonNode usage) {
        var normal = normal(usage);
        return normal.path("input_tokens").isNumber()
                ? new Usage(
                        normal.path("input_tokens").asLong(),
                        normal.path("output_tokens").asLong())
                : null;
    }
}
