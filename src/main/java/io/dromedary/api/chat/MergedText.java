package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** A text in pieces. */
final class MergedText implements Merged {
    /** How the pieces of a text make the whole. */
    enum Rule {
        /** One after the other. */
        ALL,
        /** The first that is not empty; others only repeat it. */
        ONCE,
        /** One after the other, but for pieces that repeat what is already there. */
        NAME;

        private static final Set<String> ONCE_NAMES = Set.of("id", "type", "role");

        static Rule of(String member) {
            if (ONCE_NAMES.contains(member)) {
                return ONCE;
            }
            return member.equals("name") ? NAME : ALL;
        }
    }

    private final Rule rule;
    private final StringBuilder text = new StringBuilder();

    MergedText(Rule rule) {
        this.rule = rule;
    }

    Rule rule() {
        return rule;
    }

    @Override
    public boolean add(JsonNode piece) {
        if (!piece.isTextual()) {
            return false;
        }
        var more = piece.textValue();
        var goesOn = switch (rule) {
            case ALL -> true;
            case ONCE -> text.isEmpty();
            case NAME -> !text.toString().equals(more);
        };
        if (goesOn) {
            text.append(more);
        }
        return true;
    }

    @Override
    public JsonNode whole() {
        return ChunkTree.NODES.textNode(toString());
    }

    @Override
    public boolean comparable() {
        return true;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
