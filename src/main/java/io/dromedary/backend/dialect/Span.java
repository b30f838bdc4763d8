package io.dromedary.backend.dialect;

import io.dromedary.api.json.Json;

/** Where one value stands in a text, or that there is none. */
record Span(int start, int end) {
    static final Span NOWHERE = new Span(JsonScan.BROKEN, 0);

    /** The value of the member that a walk is at. */
    static Span of(ObjectScan member) {
        return new Span(member.valueStart(), member.valueEnd());
    }

    boolean isThere() {
        return start >= 0;
    }

    /** The text of a string, unescaped; empty for anything else. */
    String string(byte[] text) {
        if (!isThere() || text[start] != '"') {
            return "";
        }
        var value = Json.read(text, start, end - start);
        return value == null ? "" : value.asText();
    }
}
