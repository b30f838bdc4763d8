package io.dromedary.backend.dialect;

import java.nio.charset.StandardCharsets;

/**
 * Steps into a JSON text where it stands, once from front to back: into objects and lists that are looked at, over values
 * that are not. Where the text is no JSON every step says that there is no more, and {@link #broken()} tells.
 *
 * <pre>{@code
 * if (walk.object()) {
 *     while (walk.member()) {
 *         if (walk.named("data")) ... else walk.skip();
 *     }
 * }
 * }</pre>
 *
 * Each value is either entered, and then left by its last member or element, or taken by one step.
 */
final class JsonWalk {
    private final byte[] text;
    private final int end;
    private int at;
    private int nameStart;
    private int nameEnd;

    /** Nothing of the object or list that was entered last has been stepped over. */
    private boolean fresh;

    private boolean broken;

    JsonWalk(byte[] text) {
        this(text, 0, text.length);
    }

    JsonWalk(byte[] text, int start, int end) {
        this.text = text;
        this.end = end;
        this.at = JsonScan.space(text, start, end);
    }

    boolean broken() {
        return broken;
    }

    /** The value that comes next begins with this character. */
    boolean at(char c) {
        return !broken && at < end && text[at] == c;
    }

    /** Enters an object; false where none comes next, and then the value is stepped over. */
    boolean object() {
        return enter('{');
    }

    /** Enters a list; false where none comes next, and then the value is stepped over. */
    boolean list() {
        return enter('[');
    }

    private boolean enter(char c) {
        if (!at(c)) {
            skip();
            return false;
        }
        at++;
        fresh = true;
        return true;
    }

    /** Moves to the value of the next member; false, and out of the object, after the last. */
    boolean member() {
        if (!next('}')) {
            return false;
        }
        nameStart = at;
        nameEnd = JsonScan.string(text, at, end);
        return moved(nameEnd == JsonScan.BROKEN ? nameEnd : JsonScan.afterColon(text, nameEnd, end));
    }

    /** Moves to the next element; false, and out of the list, after the last. */
    boolean element() {
        return next(']');
    }

    private boolean next(char close) {
        if (broken) {
            return false;
        }
        at = JsonScan.space(text, at, end);
        if (at < end && text[at] == close) {
            at++;
            fresh = false;
            return false;
        }
        if (!fresh) {
            if (at >= end || text[at] != ',') {
                broken = true;
                return false;
            }
            at = JsonScan.space(text, at + 1, end);
        }
        fresh = false;
        broken = at >= end;
        return !broken;
    }

    /** The member's name is this one, of ASCII letters. */
    boolean named(String name) {
        if (nameEnd - nameStart - 2 != name.length()) {
            return false;
        }
        for (var i = 0; i < name.length(); i++) {
            if (text[nameStart + 1 + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Steps over a value, and tells where it began; where it ends {@link #position()} tells. */
    int skip() {
        var start = at;
        if (!broken) {
            moved(JsonScan.value(text, at, end));
        }
        return start;
    }

    /** Steps over a list of numbers. */
    void floats(FloatScan scan, boolean read) {
        if (!broken) {
            moved(scan.over(text, at, end, read));
        }
    }

    /** Takes a whole number; what is none is -1. */
    long integer() {
        var start = skip();
        try {
            return broken ? -1 : Long.parseLong(new String(text, start, at - start, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    int position() {
        return at;
    }

    private boolean moved(int to) {
        fresh = false;
        broken = to == JsonScan.BROKEN;
        at = broken ? end : to;
        return !broken;
    }
}
