package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ItemIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Responses as they would be stored. */
final class Turns {
    static final String PROJECT = "acme";

    private static final AtomicLong IDS = new AtomicLong();

    private Turns() {}

    static String id() {
        return id(IDS.incrementAndGet());
    }

    static String id(long number) {
        return "resp_%032x".formatted(number);
    }

    /** One that said so and was answered so, after all those of a history. */
    static StoredResponse turn(String id, List<String> ancestors, String said) {
        return turn(id, ancestors, said, "completed");
    }

    static StoredResponse turn(String id, List<String> ancestors, String said, String status) {
        var ids = ItemIds.ofResponse(id);
        var input = message(ids.next("msg_"), "user", said);
        var response = Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("object", "response")
                .put("status", status);
        var output = response.putArray("output");
        if (!status.equals("in_progress")) {
            output.add(message(ids.next("msg_"), "assistant", "re: " + said));
        }
        return new StoredResponse(id, PROJECT, Lineage.of(ancestors), null, List.of(input), response);
    }

    static StoredResponse first(String said) {
        return turn(id(), List.of(), said);
    }

    static StoredResponse running(String id) {
        return turn(id, List.of(), "go", "in_progress");
    }

    private static ObjectNode message(String id, String role, String text) {
        var message = Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("type", "message")
                .put("role", role);
        message.putArray("content").addObject().put("type", "text").put("text", text);
        return message;
    }

    /** What was said in a history, in order. */
    static List<String> said(@Nullable History history) {
        if (history == null) {
            return List.of("nothing");
        }
        List<String> said = new ArrayList<>();
        history.items().forEach(item -> said.add(item.at("/content/0/text").asText()));
        return said;
    }

    static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
