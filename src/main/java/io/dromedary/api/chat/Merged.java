package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;

/** One value of an answer, put together from the pieces that a stream gave of it. */
sealed interface Merged permits MergedText, MergedObject, MergedCalls, MergedList, Merged.Last {
    /** Adds a piece; false, with nothing changed, where it is of another kind than those before it. */
    boolean add(JsonNode piece);

    JsonNode whole();

    /** Another attempt's pieces can be held against it: it is text through and through. */
    boolean comparable();

    /** For the first piece of a member. The piece is not added yet. */
    static Merged of(String name, JsonNode first) {
        if (first.isTextual()) {
            return new MergedText(MergedText.Rule.of(name));
        }
        if (first.isObject()) {
            return new MergedObject();
        }
        if (first.isArray()) {
            return name.equals("tool_calls") ? new MergedCalls() : new MergedList();
        }
        return new Last();
    }

    /** A value that pieces do not build but replace. */
    final class Last implements Merged {
        private JsonNode value = ChunkTree.NODES.nullNode();

        @Override
        public boolean add(JsonNode piece) {
            if (piece.isTextual() || piece.isContainerNode()) {
                return false;
            }
            value = piece;
            return true;
        }

        @Override
        public JsonNode whole() {
            return value;
        }

        @Override
        public boolean comparable() {
            return false;
        }
    }
}
