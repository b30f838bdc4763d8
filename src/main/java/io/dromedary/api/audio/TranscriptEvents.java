package io.dromedary.api.audio;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseFrame;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The events of a transcript that comes piece by piece, framed. The last one is {@code transcript.text.done}. */
public final class TranscriptEvents {
    public static final String DELTA = "transcript.text.delta";
    public static final String DONE = "transcript.text.done";

    private TranscriptEvents() {}

    public static byte[] delta(String text) {
        return SseFrame.of(
                Json.bytes(Json.MAPPER.createObjectNode().put("type", DELTA).put("delta", text)));
    }

    /**
     * The end. OpenAI's event has no place for a usage that is a length, and its clients refuse one there.
     *
     * @param text all of it
     * @param usage in OpenAI's words, or null where nobody has told it
     */
    public static byte[] done(String text, @Nullable JsonNode usage) {
        var event = Json.MAPPER.createObjectNode().put("type", DONE).put("text", text);
        if (usage != null && SpokenUsage.tokens(usage) != null) {
            event.set("usage", usage);
        }
        return SseFrame.of(Json.bytes(event));
    }

    /** All of a transcript that has come at once. */
    static byte[] whole(String text, @Nullable JsonNode usage) {
        var events = new ByteArrayOutputStream();
        if (!text.isEmpty()) {
            events.writeBytes(delta(text));
        }
        events.writeBytes(done(text, usage));
        return events.toByteArray();
    }
}
