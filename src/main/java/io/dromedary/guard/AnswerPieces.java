package io.dromedary.guard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pieces of a whole answer that says in which order it was said: chunks of a stream, and looked at as such. */
final class AnswerPieces {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String PIECES = "response_pieces";

    private final Map<ObjectNode, ArrayNode> byMessage = new LinkedHashMap<>();

    /** Takes them out of an answer, to be put back. */
    AnswerPieces(ObjectNode answer) {
        for (var choice : answer.path("choices")) {
            if (choice.path("message") instanceof ObjectNode message
                    && message.remove(PIECES) instanceof ArrayNode pieces) {
                byMessage.put(message, pieces);
            }
        }
    }

    boolean isEmpty() {
        return byMessage.isEmpty();
    }

    /** Has them pass. */
    void through(ChunkTexts texts) {
        byMessage.replaceAll((message, pieces) -> {
            var passed = JSON.arrayNode();
            for (var piece : pieces) {
                var chunk = JSON.objectNode();
                chunk.putArray("choices").add(piece.deepCopy());
                texts.chunk(chunk).forEach(one -> one.path("choices").forEach(passed::add));
            }
            texts.rest().forEach(one -> one.path("choices").forEach(passed::add));
            return passed;
        });
    }

    void putBack() {
        byMessage.forEach((message, pieces) -> message.set(PIECES, pieces));
    }
}
