package io.dromedary.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** What is sent without the few things that a description does not know, though its own clients take them. */
public final class Allowed {
    private static final Set<String> FOREIGN =
            Set.of("custom_tool_call", "web_search_call", "mcp_approval_request", "image_generation_call");

    private Allowed() {}

    /** An event without what OpenAI sends otherwise than it describes: its clients take both, and so do we send them. */
    public static ObjectNode openAi(ObjectNode event) {
        var copy = event.deepCopy();
        if (copy.path("response") instanceof ObjectNode response) {
            copy.set("response", openAiResponse(response));
        }
        return copy;
    }

    /** The same for a response. */
    public static ObjectNode openAiResponse(ObjectNode response) {
        var copy = response.deepCopy();
        // until something was counted
        if (copy.path("usage").isNull()) {
            copy.remove("usage");
        }
        if (copy.path("text").path("format") instanceof ObjectNode format
                && format.path("description").isNull()) {
            format.remove("description");
        }
        return copy;
    }

    /** Other tools, and thoughts as they come, are OpenAI's alone: whoever asks for them does not speak the other. */
    public static boolean isOpenResponses(ObjectNode event) {
        var type = event.path("type").asText();
        return !type.contains("custom_tool_call")
                && !type.startsWith("response.reasoning_text.")
                && !FOREIGN.contains(event.path("item").path("type").asText())
                && !event.toString().contains("\"file_citation\"");
    }

    /** An event without what a response cannot say by Open Responses, though a request can ask for it. */
    public static ObjectNode openResponses(ObjectNode event) {
        var copy = event.deepCopy();
        if (copy.path("response") instanceof ObjectNode response) {
            copy.set("response", openResponsesResponse(response));
        }
        return copy;
    }

    /** The same for a response. */
    public static ObjectNode openResponsesResponse(ObjectNode response) {
        var copy = response.deepCopy();
        // a schema has to be null there, by a fault of what generates the description
        if (copy.path("text").path("format") instanceof ObjectNode format && format.has("schema")) {
            format.putNull("schema");
        }
        FOREIGN.forEach(type -> without(copy.path("output"), type));
        List.of("custom", "web_search", "mcp").forEach(type -> without(copy.path("tools"), type));
        if (copy.path("tool_choice").path("type").asText().equals("custom")) {
            copy.put("tool_choice", "auto");
        }
        return copy;
    }

    private static void without(JsonNode list, String type) {
        var each = list.elements();
        while (each.hasNext()) {
            if (each.next().path("type").asText().equals(type)) {
                each.remove();
            }
        }
    }
}
