package io.dromedary.backend.dialect;

import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the members of one JSON object where they stand. Reusable: {@link #over} begins anew.
 *
 * <pre>{@code
 * scan.over(text, brace, end);
 * while (scan.next()) {
 *     if (scan.named("model")) ...
 * }
 * }</pre>
 *
 * After the last member {@link #end} is behind the closing brace, or {@link JsonScan#BROKEN}.
 */
final class ObjectScan {
    private byte[] text = new byte[0];
    private int limit;
    private int open;
    private int at;
    private boolean any;
    private int nameStart;
    private int nameEnd;
    private boolean escaped;
    private int valueStart;
    private int valueEnd;
    private int end;
    private int previousEnd;
    private boolean kept;
    private boolean cut;
    /** Gets the cut of the members that stood before the first one that stays; null while there are none. */
    private @Nullable Patch cutLeading;

    /** Begins with the object whose opening brace is at {@code brace}. Without a brace there it has no members. */
    void over(byte[] json, int brace, int end) {
        text = json;
        limit = end;
        open = brace;
        at = brace + 1;
        any = false;
        kept = false;
        cut = false;
        cutLeading = null;
        valueEnd = at;
        this.end = JsonScan.BROKEN;
        if (brace >= end || json[brace] != '{') {
            limit = at;
        }
    }

    /** Goes to the next member; false at the end, and where the text is broken. */
    boolean next() {
        if (any && !cut) {
            settle(nameStart);
            kept = true;
        }
        cut = false;
        previousEnd = valueEnd;
        at = JsonScan.space(text, at, limit);
        if (at >= limit) {
            return false;
        }
        if (text[at] == '}') {
            settle(at);
            end = at + 1;
            return false;
        }
        if (any) {
            if (text[at] != ',') {
                return false;
            }
            at = JsonScan.space(text, at + 1, limit);
        }
        var afterName = name(at);
        var value = afterName == JsonScan.BROKEN ? JsonScan.BROKEN : JsonScan.afterColon(text, afterName, limit);
        var afterValue = value == JsonScan.BROKEN ? JsonScan.BROKEN : JsonScan.value(text, value, limit);
        if (afterValue == JsonScan.BROKEN) {
            return false;
        }
        any = true;
        nameStart = at;
        nameEnd = afterName;
        valueStart = value;
        valueEnd = afterValue;
        at = afterValue;
        return true;
    }

    /**
     * Cuts the current member out, with the comma before it, or the one after it where nothing stands before it any more:
     * that is known, and written to the patch, as the walk goes on.
     */
    void cut(Patch patch) {
        cut = true;
        if (kept) {
            patch.cut(previousEnd, valueEnd);
        } else {
            cutLeading = patch;
        }
    }

    /** Writes down the cut of the members that stood before the first one that stays. */
    private void settle(int upTo) {
        if (cutLeading != null) {
            cutLeading.cut(open + 1, upTo);
            cutLeading = null;
        }
    }

    boolean named(String name) {
        var length = nameEnd - nameStart - 2;
        if (length != name.length()) {
            return escaped && length > name.length() && plainName().equals(name);
        }
        for (var i = 0; i < length; i++) {
            if (text[nameStart + 1 + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Where the name at {@code from} ends, behind its closing quote. */
    private int name(int from) {
        escaped = false;
        if (from < limit && text[from] == '"') {
            for (var i = from + 1; i < limit && text[i] >= 0x20 && text[i] != '\\'; i++) {
                if (text[i] == '"') {
                    return i + 1;
                }
            }
        }
        escaped = true;
        return JsonScan.string(text, from, limit);
    }

    private String plainName() {
        var name = Json.read(text, nameStart, nameEnd - nameStart);
        return name == null ? "" : name.textValue();
    }

    int valueStart() {
        return valueStart;
    }

    int valueEnd() {
        return valueEnd;
    }

    /** The first byte of the value, which tells what it is. */
    byte kind() {
        return text[valueStart];
    }

    boolean isNull() {
        return text[valueStart] == 'n';
    }

    /** The value is a string of at least one character. */
    boolean isText() {
        return text[valueStart] == '"' && valueEnd - valueStart > 2;
    }

    /** The value is {@code ""}. */
    boolean isBlank() {
        return text[valueStart] == '"' && valueEnd - valueStart == 2;
    }

    /** The value is an array or an object that holds something. */
    boolean isFilled() {
        var c = text[valueStart];
        return (c == '[' || c == '{') && JsonScan.space(text, valueStart + 1, valueEnd) < valueEnd - 1;
    }

    /** The whole number that the value begins with, or 0. */
    long number() {
        var negative = text[valueStart] == '-';
        var number = 0L;
        for (var i = negative ? valueStart + 1 : valueStart; i < valueEnd && number < Long.MAX_VALUE / 100; i++) {
            var digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            number = number * 10 + digit;
        }
        return negative ? -number : number;
    }

    /** The value as it stands. */
    String raw() {
        return new String(text, valueStart, valueEnd - valueStart, StandardCharsets.UTF_8);
    }

    /** After the walk: no member is there, or none that was not cut. */
    boolean isEmpty() {
        return !kept;
    }

    /** Behind the closing brace when the walk ended well, else {@link JsonScan#BROKEN}. */
    int end() {
        return end;
    }
}
