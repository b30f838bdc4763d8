package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;

/** The arguments of a call, which are a text in chat and an object here. */
final class ToolInput {
    private ToolInput() {}

    /** The object; a text that is none, where a model was cut off or wrote nonsense, stands in its member {@code INVALID_JSON}. */
    static ObjectNode of(String arguments) {
        if (arguments.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        return Json.read(arguments.getBytes(StandardCharsets.UTF_8)) instanceof ObjectNode object
                ? object
                : JsonNodeFactory.instance.objectNode().put("INVALID_JSON", arguments);
    }
}
