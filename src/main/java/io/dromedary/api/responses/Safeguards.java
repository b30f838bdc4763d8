package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** {@code safeguards} in words of chat, which has an object of switches for each side of a call. */
public final class Safeguards {
    private static final List<String> INPUT =
            List.of("block_prompt_injection", "pii", "pii_replace_method", "entity_list");
    private static final List<String> OUTPUT = List.of("factuality", "toxicity");

    private Safeguards() {}

    /**
     * Adds the switches to a chat request, where there are any.
     *
     * @param request body of a request of the Responses API
     */
    public static void put(ObjectNode request, ObjectNode chat) {
        var safeguards = request.path("safeguards");
        put(safeguards, "input", INPUT, chat);
        put(safeguards, "output", OUTPUT, chat);
    }

    /** What stands in the object of a side itself goes before what stands beside it. */
    private static void put(JsonNode safeguards, String side, List<String> flat, ObjectNode chat) {
        var switches = JsonNodeFactory.instance.objectNode();
        for (var name : flat) {
            if (safeguards.hasNonNull(name)) {
                switches.set(name, safeguards.path(name));
            }
        }
        if (safeguards.path(side) instanceof ObjectNode own) {
            switches.setAll(own);
        }
        if (!switches.isEmpty()) {
            chat.set(side, switches);
        }
    }
}
