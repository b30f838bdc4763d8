package io.dromedary.api.audio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Words with their times, as OpenAI has them: {@code {"word","start","end"}}. */
final class Words {
    private Words() {}

    /** Adds each; what has no word in it is left out. */
    static void add(ArrayNode from, ArrayNode to) {
        @Nullable ObjectNode last = null;
        for (var one : from) {
            var text = text(one);
            if (text == null) {
                continue;
            }
            // whisper.cpp tells of tokens, and a word begins at the one that begins with a space
            if (last != null && one.has("t_dtw") && !text.startsWith(" ")) {
                last.put("word", last.path("word").asText() + text);
                if (one.path("end").isNumber()) {
                    last.set("end", one.path("end"));
                }
            } else if (!text.isBlank()) {
                last = to.addObject().put("word", text.strip());
                put(last, "start", one);
                put(last, "end", one);
            }
        }
    }

    private static @Nullable String text(JsonNode word) {
        var text = word.path("word").isTextual() ? word.path("word") : word.path("text");
        return text.textValue();
    }

    private static void put(ObjectNode word, String member, JsonNode from) {
        if (from.path(member).isNumber()) {
            word.set(member, from.path(member));
        }
    }
}
