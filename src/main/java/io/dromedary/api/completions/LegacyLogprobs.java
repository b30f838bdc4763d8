package io.dromedary.api.completions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Log probabilities as the completions API has them: lists that run side by side. Counts where in its text each token is. */
final class LegacyLogprobs {
    private int offset;

    /** @param tokens of chat: a list, or null or missing, for which there is nothing to be told */
    @Nullable
    ObjectNode of(JsonNode tokens) {
        if (!tokens.isArray()) {
            return null;
        }
        var told = JsonNodeFactory.instance.objectNode();
        var texts = told.putArray("tokens");
        var values = told.putArray("token_logprobs");
        var others = told.putArray("top_logprobs");
        var offsets = told.putArray("text_offset");
        for (var token : tokens) {
            var text = token.path("token").asText("");
            texts.add(text);
            values.add(token.path("logprob"));
            var top = others.addObject();
            token.path("top_logprobs")
                    .forEach(other -> top.set(other.path("token").asText(""), other.path("logprob")));
            offsets.add(offset);
            offset += text.length();
        }
        return told;
    }
}
