package io.dromedary.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Objects as tests write and read them. */
final class Trees {
    private Trees() {}

    /** @param json may have single quotes for double ones */
    static ObjectNode object(String json) {
        return Json.object(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static List<ObjectNode> objects(String... json) {
        return Arrays.stream(json).map(Trees::object).toList();
    }

    static byte[] body(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static List<ObjectNode> objects(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(ObjectNode.class::cast)
                .toList();
    }

    static ObjectNode message(String text) {
        return object("{'type':'message','role':'user'}").put("content", text);
    }

    static String text(JsonNode message) {
        return message.path("content").path(0).path("text").asText();
    }

    static List<String> texts(Iterable<? extends JsonNode> messages) {
        return StreamSupport.stream(messages.spliterator(), false)
                .map(Trees::text)
                .toList();
    }

    static List<String> ids(Iterable<? extends JsonNode> items) {
        return StreamSupport.stream(items.spliterator(), false)
                .map(item -> item.path("id").asText())
                .toList();
    }

    static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** What is there, where something must be. */
    static <T> T there(CompletionStage<@Nullable T> stage) {
        var found = stage.toCompletableFuture().join();
        if (found == null) {
            throw new AssertionError("nothing is there");
        }
        return found;
    }
}
