package io.dromedary.api.completions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;

/**
 * A request of the completions API that has been read and found sound.
 *
 * @param body as the client sent it; not to be changed
 * @param prompt the one prompt that it has
 */
record CompletionRequest(ObjectNode body, String prompt) {
    ModelName model() {
        return new ModelName(body.path("model").asText());
    }

    /** The text begins with the prompt. */
    boolean echo() {
        return body.path("echo").asBoolean(false);
    }

    boolean logprobs() {
        return body.path("logprobs").isInt();
    }
}
