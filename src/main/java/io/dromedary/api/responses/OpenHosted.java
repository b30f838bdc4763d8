package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What came of a tool that the backend runs itself. It is over when it comes: what went on in it is told by events that
 * not all clients know.
 */
final class OpenHosted extends OpenItem {
    private static final String STATUS = "status";

    private final ObjectNode item;

    /**
     * One that has not begun.
     *
     * @param item as the backend has it
     * @param id that it has in the answer
     */
    OpenHosted(ObjectNode item, String id, ItemEvents events) {
        super(item.path("type").asText(), id, events);
        this.item = (ObjectNode) sound(item);
    }

    @Override
    ObjectNode tree(Status status) {
        var tree = item.deepCopy().put("id", id());
        if (status == Status.IN_PROGRESS && tree.path(STATUS).isTextual()) {
            tree.put(STATUS, "in_progress");
        }
        return tree;
    }

    @Override
    void closeParts(Status status) {}

    @Override
    void describe(ObjectNode tree) {}

    private static JsonNode sound(JsonNode node) {
        if (node.isTextual()) {
            return NODES.textNode(GrowingText.sound(node.textValue()));
        }
        if (node.isArray()) {
            var list = NODES.arrayNode();
            node.forEach(element -> list.add(sound(element)));
            return list;
        }
        if (node.isObject()) {
            var object = NODES.objectNode();
            node.properties().forEach(member -> object.set(member.getKey(), sound(member.getValue())));
            return object;
        }
        return node;
    }
}
