package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What was sent of one value of a broken answer, as another answer comes upon it again, however that one is cut. */
sealed interface Met permits MetText, MetObject, MetCalls {
    JsonNode NOTHING = ChunkTree.NODES.missingNode();

    /**
     * What a piece of the other answer has beyond what was sent: {@link #NOTHING}, or what is left of the piece, or null
     * where the two differ. The piece is not to be used afterwards.
     */
    @Nullable
    JsonNode rest(JsonNode piece);

    /** All that was sent was met. */
    boolean complete();

    static Met of(Merged sent, String name) {
        return switch (sent) {
            case MergedText text -> new MetText(text);
            case MergedObject object -> new MetObject(object);
            case MergedCalls calls -> new MetCalls(calls);
            case MergedList list -> throw incomparable(name);
            case Merged.Last last -> throw incomparable(name);
        };
    }

    private static IllegalStateException incomparable(String name) {
        return new IllegalStateException("what was sent of '" + name + "' cannot be compared");
    }
}
