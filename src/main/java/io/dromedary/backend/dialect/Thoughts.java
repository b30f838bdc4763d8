package io.dromedary.backend.dialect;

import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Moves the thoughts that stand within the content of an answer's choices to {@code reasoning_content}. */
final class Thoughts {
    private final Map<Integer, ThinkTags> choices = new HashMap<>(2);

    /**
     * Reads one message or delta.
     *
     * @param content where the content stands
     * @param reasoning where {@code reasoning_content} stands, which is empty or null
     * @param message the message, after the walk over it
     * @param brace where its brace is
     * @param ends nothing follows in this choice
     * @return whether it says anything
     */
    boolean read(
            byte[] text,
            Span content,
            Span reasoning,
            ObjectScan message,
            int brace,
            int choice,
            boolean ends,
            Patch patch) {
        var tags = choices.computeIfAbsent(choice, key -> new ThinkTags());
        var piece = content.isThere() ? content.string(text) : "";
        if (tags.isAnswering()) {
            return !piece.isEmpty();
        }
        var said = said(tags, piece, ends);
        if (said.reasoning().isEmpty() && said.content().equals(piece)) {
            return !piece.isEmpty();
        }
        var added = new StringBuilder();
        put("content", said.content(), content, patch, added);
        put("reasoning_content", said.reasoning(), reasoning, patch, added);
        if (!added.isEmpty()) {
            patch.insert(
                    brace + 1, bytes(message.isEmpty() ? added.substring(0, added.length() - 1) : added.toString()));
        }
        return !said.content().isEmpty() || !said.reasoning().isEmpty();
    }

    /** What is left of a choice that ends without a delta, as one. */
    byte[] rest(int choice) {
        var tags = choices.get(choice);
        var said = tags == null ? new ThinkTags.Said("", "") : tags.last();
        var delta = Json.MAPPER.createObjectNode();
        if (!said.content().isEmpty()) {
            delta.put("content", said.content());
        }
        if (!said.reasoning().isEmpty()) {
            delta.put("reasoning_content", said.reasoning());
        }
        return Json.bytes(delta);
    }

    private static ThinkTags.Said said(ThinkTags tags, String piece, boolean ends) {
        var said = tags.next(piece);
        if (!ends) {
            return said;
        }
        var last = tags.last();
        return new ThinkTags.Said(said.reasoning() + last.reasoning(), said.content() + last.content());
    }

    private static void put(String name, String value, Span at, Patch patch, StringBuilder added) {
        if (at.isThere()) {
            patch.replace(at.start(), at.end(), bytes(JsonText.quote(value)));
        } else if (!value.isEmpty()) {
            added.append('"')
                    .append(name)
                    .append("\":")
                    .append(JsonText.quote(value))
                    .append(',');
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
