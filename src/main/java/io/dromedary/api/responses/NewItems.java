package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The short forms of {@code input} written out, so that everybody who looks at items finds them alike: each has its type,
 * and the content of each message is a list of parts. Items that have them already are the caller's own trees.
 */
public final class NewItems {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private NewItems() {}

    /** @param input a text, or items that have been checked; none where it is absent */
    public static List<ObjectNode> of(JsonNode input) {
        if (input.isTextual()) {
            return List.of(message("user", input.textValue()));
        }
        List<ObjectNode> items = new ArrayList<>(input.size());
        for (var item : input) {
            items.add(whole((ObjectNode) item));
        }
        return items;
    }

    static ObjectNode message(String role, String text) {
        var message = JSON.objectNode().put("type", ItemType.MESSAGE).put("role", role);
        message.putArray("content").add(part(role, text));
        return message;
    }

    /** A part with text, of the type that goes with the role. */
    static ObjectNode part(String role, String text) {
        var part = JSON.objectNode();
        if (!role.equals("assistant")) {
            return part.put("type", "input_text").put("text", text);
        }
        part.put("type", "output_text").put("text", text).putArray("annotations");
        part.putArray("logprobs");
        return part;
    }

    private static ObjectNode whole(ObjectNode item) {
        var typed = item.path("type").isTextual();
        var content = item.path("content");
        var role = ItemType.role(item);
        if (typed && !(content.isTextual() && ItemType.of(item).equals(ItemType.MESSAGE))) {
            return item;
        }
        var type = typed ? ItemType.of(item) : role.isEmpty() ? ItemType.REFERENCE : ItemType.MESSAGE;
        var whole = JSON.objectNode().put("type", type);
        whole.setAll(item);
        whole.put("type", type);
        if (content.isTextual()) {
            whole.putArray("content").add(part(role, content.textValue()));
        }
        return whole;
    }
}
