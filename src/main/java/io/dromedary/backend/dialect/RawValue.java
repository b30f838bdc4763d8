package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;

/** One member of a request, looked at where it stands. */
record RawValue(byte[] text, int start, int end) {
    static RawValue of(ChatRequest request, int member) {
        return new RawValue(
                request.body(),
                request.members().valueStart(member),
                request.members().valueEnd(member));
    }

    boolean isNull() {
        return text[start] == 'n';
    }

    boolean isTrue() {
        return text[start] == 't';
    }

    boolean isFalse() {
        return text[start] == 'f';
    }

    boolean isString() {
        return text[start] == '"';
    }

    /** An array or an object without anything in it, or an empty string. */
    boolean isEmpty() {
        return isString()
                ? end - start == 2
                : (text[start] == '[' || text[start] == '{') && JsonScan.space(text, start + 1, end) >= end - 1;
    }

    /** Zero in any spelling: {@code 0}, {@code -0.0}, {@code 0e7}. */
    boolean isZero() {
        for (var i = start; i < end && text[i] != 'e' && text[i] != 'E'; i++) {
            if (text[i] != '0' && text[i] != '.' && text[i] != '-') {
                return false;
            }
        }
        return true;
    }

    double number() {
        try {
            return Double.parseDouble(raw());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The text of a string, unescaped; empty for anything else. */
    String string() {
        if (!isString()) {
            return "";
        }
        var value = Json.read(text, start, end - start);
        return value == null ? "" : value.asText();
    }

    /** The string that a member of this object has, empty where there is none. */
    String string(String member) {
        var members = new ObjectScan();
        members.over(text, start, end);
        while (members.next()) {
            if (members.named(member)) {
                return new RawValue(text, members.valueStart(), members.valueEnd()).string();
            }
        }
        return "";
    }

    /** How many elements this array has. */
    int size() {
        if (text[start] != '[') {
            return 0;
        }
        var count = 0;
        var at = JsonScan.space(text, start + 1, end);
        while (at < end && text[at] != ']') {
            at = JsonScan.value(text, at, end);
            if (at == JsonScan.BROKEN) {
                return count;
            }
            count++;
            at = JsonScan.space(text, at, end);
            if (at < end && text[at] == ',') {
                at = JsonScan.space(text, at + 1, end);
            }
        }
        return count;
    }

    /** Read into a tree; a missing node where it cannot be. */
    JsonNode tree() {
        var tree = Json.read(text, start, end - start);
        return tree == null ? MissingNode.getInstance() : tree;
    }

    boolean contains(String ascii) {
        outer:
        for (var i = start; i <= end - ascii.length(); i++) {
            for (var j = 0; j < ascii.length(); j++) {
                if (text[i + j] != ascii.charAt(j)) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    String raw() {
        return new String(text, start, end - start, StandardCharsets.UTF_8);
    }
}
