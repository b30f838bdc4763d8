package io.dromedary.backend.dialect.tgi;

/**
 * The arguments of a streamed tool call: one JSON object in pieces. Knows when it is complete, which is all that tells a
 * finished call from one that ran out of tokens, and lets nothing through that follows it.
 */
final class CallText {
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean complete;
    private boolean bare = true;

    /** Takes the next piece and gives back what of it belongs to the object. */
    String take(String piece) {
        for (var i = 0; i < piece.length(); i++) {
            if (complete) {
                return piece.substring(0, i);
            }
            step(piece.charAt(i));
        }
        return piece;
    }

    boolean complete() {
        return complete;
    }

    /**
     * Nothing but the opening brace came. When a function without arguments is closed by the token that also ends its
     * name, TGI never sends the closing brace.
     */
    boolean opened() {
        return depth == 1 && bare;
    }

    private void step(char c) {
        if (inString) {
            inString = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return;
        }
        bare &= c == '{' || Character.isWhitespace(c);
        switch (c) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> complete = --depth <= 0;
            default -> {}
        }
    }
}
