package io.dromedary.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as it is kept. Nobody changes the trees.
 *
 * @param id {@code resp_…}
 * @param project that made it; nobody else sees it
 * @param lineage the responses that it continues
 * @param conversation that it belongs to, or null
 * @param input items of this turn, with their ids
 * @param response the object as the caller gets it, output inside
 */
public record StoredResponse(
        String id,
        String project,
        Lineage lineage,
        @Nullable String conversation,
        List<ObjectNode> input,
        ObjectNode response) {
    public StoredResponse {
        input = List.copyOf(input);
    }

    /** In one of OpenAI's words, e.g. {@code completed}. */
    public String status() {
        return response.path("status").asText();
    }

    /** More is to come: it can be followed, and not be continued. */
    public boolean isRunning() {
        return switch (status()) {
            case "in_progress", "queued" -> true;
            default -> false;
        };
    }

    /** Its caller does not wait for it. */
    public boolean isBackground() {
        return response.path("background").asBoolean();
    }

    /** What the model said. */
    public List<ObjectNode> output() {
        return objects(response.path("output"));
    }

    static List<ObjectNode> objects(JsonNode array) {
        List<ObjectNode> objects = new ArrayList<>(array.size());
        for (var element : array) {
            objects.add((ObjectNode) element);
        }
        return objects;
    }
}
