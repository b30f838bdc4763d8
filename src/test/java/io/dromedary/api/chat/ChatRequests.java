package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.json.Json;

/** Chat requests for tests. */
public final class ChatRequests {
    private ChatRequests() {}

    /** A request from its JSON; {@code model} and {@code messages} are filled in where they are absent or empty. */
    public static ChatRequest of(String json) {
        var tree = Json.object(json.getBytes(UTF_8));
        var asked = tree.path("messages");
        var messages = asked.isTextual() || !asked.isEmpty();
        if (tree.has("model") && messages) {
            return ChatRequestReader.read(json.getBytes(UTF_8));
        }
        if (!tree.has("model")) {
            tree.put("model", "m");
        }
        if (!messages) {
            tree.putArray("messages").addObject().put("role", "user").put("content", "hi");
        }
        return ChatRequestReader.read(Json.bytes(tree));
    }
}
