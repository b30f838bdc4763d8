package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;

/**
 * Content that came as a list of parts, as Mistral's reasoning models write it: text becomes the content, thoughts become
 * {@code reasoning_content}. References to sources have no words and go.
 */
final class ContentParts {
    private ContentParts() {}

    /**
     * Flattens.
     *
     * @param at the list
     * @param patch gets the text in its place, and the thoughts behind it
     */
    static void flatten(byte[] text, Span at, Patch patch) {
        var parts = Json.read(text, at.start(), at.end() - at.start());
        if (parts == null) {
            return;
        }
        var content = new StringBuilder();
        var reasoning = new StringBuilder();
        for (var part : parts) {
            if (part.path("type").asText().equals("thinking")) {
                thoughts(part.path("thinking"), reasoning);
            } else {
                content.append(part.path("text").asText());
            }
        }
        patch.replace(at.start(), at.end(), bytes(JsonText.quote(content.toString())));
        if (!reasoning.isEmpty()) {
            patch.insert(at.end(), bytes(",\"reasoning_content\":" + JsonText.quote(reasoning.toString())));
        }
    }

    private static void thoughts(JsonNode thinking, StringBuilder to) {
        if (thinking.isTextual()) {
            to.append(thinking.textValue());
        }
        for (var part : thinking) {
            to.append(part.path("text").asText());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
