package io.dromedary.api.messages;

/** A call whose arguments come in pieces. */
final class PendingCall {
    private final StringBuilder held = new StringBuilder();
    private String id = "";
    private String name = "";
    private boolean begun;
    private boolean closed;

    // of the arguments so far, as JSON
    private int depth;
    private boolean inText;
    private boolean escaped;
    private boolean object;

    void add(String ofId, String ofName, String arguments) {
        id = id.isEmpty() ? ofId : id;
        name = name.isEmpty() ? ofName : name;
        held.append(arguments);
        for (var i = 0; i < arguments.length(); i++) {
            read(arguments.charAt(i));
        }
    }

    private void read(char c) {
        if (inText) {
            inText = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return;
        }
        switch (c) {
            case '"' -> inText = true;
            case '{', '[' -> {
                object = true;
                depth++;
            }
            case '}', ']' -> depth--;
            default -> {}
        }
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    /** Its arguments are whole, as far as brackets can tell. */
    boolean isComplete() {
        return object && depth <= 0 && !inText;
    }

    /** Its block has not begun. */
    boolean isWaiting() {
        return !begun;
    }

    boolean isClosed() {
        return closed;
    }

    void begin() {
        begun = true;
    }

    void close() {
        closed = true;
    }

    /** What has come since it was last taken. */
    String take() {
        var text = held.toString();
        held.setLength(0);
        return text;
    }
}
