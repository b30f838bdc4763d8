package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** A list whose elements come a few at a time. Text among them, as some servers mix it, becomes a part of type text. */
final class MergedList implements Merged {
    private final ArrayNode elements = ChunkTree.NODES.arrayNode();
    private final StringBuilder text = new StringBuilder();

    @Override
    public boolean add(JsonNode piece) {
        if (piece.isTextual()) {
            text.append(piece.textValue());
            return true;
        }
        if (piece instanceof ArrayNode more) {
            endText();
            elements.addAll(more);
            return true;
        }
        return false;
    }

    private void endText() {
        if (!text.isEmpty()) {
            elements.addObject().put("type", "text").put("text", text.toString());
            text.setLength(0);
        }
    }

    @Override
    public JsonNode whole() {
        endText();
        return elements;
    }

    @Override
    public boolean comparable() {
        return elements.isEmpty() && text.isEmpty();
    }
}
