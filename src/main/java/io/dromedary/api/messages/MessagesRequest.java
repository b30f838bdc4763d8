package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;

/**
 * A request of the Messages API that has been read and found sound.
 *
 * @param body as the client sent it; not to be changed
 */
public record MessagesRequest(ObjectNode body) {
    public ModelName model() {
        return new ModelName(body.path("model").asText());
    }

    public boolean stream() {
        return body.path("stream").asBoolean(false);
    }

    /** The caller wants to see what the model thinks. Who does not say so, as in Anthropic's API, is not shown it. */
    public boolean showsThinking() {
        var type = body.path("thinking").path("type").asText("disabled");
        return !type.equals("disabled");
    }
}
