package io.dromedary.api.completions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.ModelName;
import java.util.List;

/**
 * A request of the completions API that has been read and found sound.
 *
 * @param body as the client sent it; not to be changed
 * @param prompts that it has; each is completed as often as the caller wants choices
 */
record CompletionRequest(ObjectNode body, List<String> prompts) {
    /** The prompt that a choice completes. */
    String prompt(int choice) {
        return prompts.get(Math.clamp(choice / Math.max(1, body.path("n").asInt(1)), 0, prompts.size() - 1));
    }

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
