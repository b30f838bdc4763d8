package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A text of which the beginning was sent. An id, a type or a role that was sent stays, whatever the other answer has. */
final class MetText implements Met {
    private final String sent;
    private final MergedText.Rule rule;
    private int met;

    MetText(MergedText sent) {
        this.sent = sent.toString();
        this.rule = sent.rule();
    }

    @Override
    public @Nullable JsonNode rest(JsonNode piece) {
        if (!piece.isTextual()) {
            return complete() ? piece : null;
        }
        var text = piece.textValue();
        return switch (rule) {
            case ONCE -> NOTHING;
            case NAME -> met == sent.length() && text.equals(sent) ? NOTHING : rest(text);
            case ALL -> rest(text);
        };
    }

    private @Nullable JsonNode rest(String text) {
        var length = Math.min(sent.length() - met, text.length());
        if (!sent.startsWith(text.substring(0, length), met)) {
            return null;
        }
        met += length;
        return length == text.length() ? NOTHING : ChunkTree.NODES.textNode(text.substring(length));
    }

    @Override
    public boolean complete() {
        return rule == MergedText.Rule.ONCE || met == sent.length();
    }
}
