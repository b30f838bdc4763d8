package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a caller has seen of an answer: the answer as far as it came, and what of it decides on how to go on. */
final class SentAnswer {
    private static final String CONTENT = "content";

    private final AssembledCompletion soFar = new AssembledCompletion();
    private int contentChunks;
    private boolean unreadable;

    void add(byte[] buffer, int offset, int length) {
        var chunk = ChunkTree.read(buffer, offset, length);
        if (chunk == null) {
            unreadable = true;
            return;
        }
        for (var choice : chunk.path("choices")) {
            if (choice.path("delta") instanceof ObjectNode delta && says(delta)) {
                contentChunks++;
            }
        }
        soFar.add(chunk);
    }

    private static boolean says(ObjectNode delta) {
        for (var member : delta.properties()) {
            if (!member.getKey().equals("role") && !ChunkTree.saysNothing(member.getValue())) {
                return true;
            }
        }
        return false;
    }

    AssembledCompletion soFar() {
        return soFar;
    }

    /** Chunks with a piece of an answer: about as many as it has tokens. */
    int contentChunks() {
        return contentChunks;
    }

    boolean comparable() {
        return !unreadable && soFar.choices().stream().allMatch(AssembledChoice::comparable);
    }

    /** There is one choice, and the beginning of its content is all that was sent. */
    boolean continuable() {
        if (!comparable() || soFar.choices().size() != 1) {
            return false;
        }
        var choice = soFar.choices().iterator().next();
        var text = text();
        return choice.index() == 0
                && !choice.finished()
                && !text.isEmpty()
                && !Character.isHighSurrogate(text.charAt(text.length() - 1))
                && saysOnlyContent(choice.message());
    }

    private static boolean saysOnlyContent(MergedObject message) {
        for (var member : message.members().entrySet()) {
            var harmless = member.getKey().equals(CONTENT) || member.getKey().equals("role");
            if (!harmless && !ChunkTree.saysNothing(member.getValue().whole())) {
                return false;
            }
        }
        return true;
    }

    /** Content of the first choice. */
    String text() {
        for (var choice : soFar.choices()) {
            return choice.message().text(CONTENT);
        }
        return "";
    }

    JsonNode id() {
        return soFar.top("id");
    }

    JsonNode created() {
        return soFar.top("created");
    }
}
