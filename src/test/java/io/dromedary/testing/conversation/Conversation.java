package io.dromedary.testing.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.json.Json;
import java.util.List;

/**
 * A conversation as a chat completion request, and what it says.
 *
 * @param atoms in the order in which they are said
 */
public record Conversation(ObjectNode request, List<Atom> atoms) {
    /** As the gateway reads it. */
    public ChatRequest read() {
        return ChatRequestReader.read(Json.bytes(request));
    }

    /** The same, answered whole or as a stream. */
    public ChatRequest read(boolean stream) {
        var asked = request.deepCopy();
        if (stream) {
            asked.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        return ChatRequestReader.read(Json.bytes(asked));
    }
}
