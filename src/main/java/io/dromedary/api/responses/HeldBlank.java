package io.dromedary.api.responses;

import org.jspecify.annotations.Nullable;

/** Keeps white space back until there is something to go with it: models put line breaks between thoughts and calls. */
final class HeldBlank {
    private final StringBuilder held = new StringBuilder();

    /** The piece with what was held before it, or null where all of that is white space. */
    @Nullable
    String release(String piece) {
        if (piece.isBlank()) {
            held.append(piece);
            return null;
        }
        return held.isEmpty() ? piece : drain() + piece;
    }

    /** What is held, which then is no more. */
    String drain() {
        var text = held.toString();
        held.setLength(0);
        return text;
    }
}
