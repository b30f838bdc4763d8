package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks over {@code tool_calls} for what OpenAI's clients break on: {@code null} for an id, a type or a name, arguments
 * that are an object instead of its text, a delta without an index. What is well stays byte for byte. Reusable.
 */
final class ToolCallScan {
    private static final byte[] NO_ARGUMENTS = "\"{}\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FUNCTION = "\"function\"".getBytes(StandardCharsets.US_ASCII);

    private final Ids ids;
    private final ObjectScan call = new ObjectScan();
    private final ObjectScan function = new ObjectScan();
    private int[] begun = new int[1];

    ToolCallScan(Ids ids) {
        this.ids = ids;
    }

    /** The calls of a complete message, whose list is {@code [start, end)}. */
    void whole(byte[] text, int start, int end, Patch patch) {
        var at = JsonScan.space(text, start + 1, end);
        while (at < end && text[at] == '{') {
            var hasId = false;
            call.over(text, at, end);
            while (call.next()) {
                if (call.named("id")) {
                    hasId = true;
                    if (call.isNull() || call.isBlank()) {
                        patch.replace(call.valueStart(), call.valueEnd(), quoted(ids.next("call_")));
                    }
                } else if (call.named("type") && call.isNull()) {
                    patch.replace(call.valueStart(), call.valueEnd(), FUNCTION);
                } else if (call.named("function")) {
                    function(text, patch, false);
                }
            }
            if (!hasId) {
                patch.insert(at + 1, bytes("\"id\":\"" + ids.next("call_") + (call.isEmpty() ? "\"" : "\",")));
            }
            at = following(text, end);
        }
    }

    /** The calls of a delta of one choice, whose list is {@code [start, end)}. */
    void delta(byte[] text, int start, int end, int choice, Patch patch) {
        var at = JsonScan.space(text, start + 1, end);
        while (at < end && text[at] == '{') {
            var hasIndex = false;
            var hasId = false;
            call.over(text, at, end);
            while (call.next()) {
                if (call.named("index")) {
                    hasIndex = !call.isNull();
                    if (!hasIndex) {
                        call.cut(patch);
                    }
                } else if (call.named("id")) {
                    hasId = call.isText();
                    if (call.isNull()) {
                        call.cut(patch);
                    }
                } else if (call.named("type") && call.isNull()) {
                    call.cut(patch);
                } else if (call.named("function")) {
                    function(text, patch, true);
                }
            }
            if (!hasIndex) {
                patch.insert(at + 1, bytes("\"index\":" + ordinal(choice, hasId) + (call.isEmpty() ? "" : ",")));
            }
            at = following(text, end);
        }
    }

    private int following(byte[] text, int end) {
        if (call.end() == JsonScan.BROKEN) {
            return end;
        }
        var comma = JsonScan.space(text, call.end(), end);
        return comma < end && text[comma] == ',' ? JsonScan.space(text, comma + 1, end) : end;
    }

    private void function(byte[] text, Patch patch, boolean delta) {
        function.over(text, call.valueStart(), call.valueEnd());
        while (function.next()) {
            if (function.named("name") && function.isNull() && delta) {
                function.cut(patch);
            } else if (function.named("arguments")) {
                arguments(patch, delta);
            }
        }
    }

    private void arguments(Patch patch, boolean delta) {
        if (function.kind() == '{' || function.kind() == '[') {
            patch.replace(function.valueStart(), function.valueEnd(), quoted(function.raw()));
        } else if (function.isNull() && delta) {
            function.cut(patch);
        } else if (function.isNull()) {
            patch.replace(function.valueStart(), function.valueEnd(), NO_ARGUMENTS);
        }
    }

    /** Which call a delta without an index belongs to: an id begins the next one, else it goes on with the last. */
    private int ordinal(int choice, boolean hasId) {
        if (choice >= begun.length) {
            begun = Arrays.copyOf(begun, choice + 1);
        }
        if (hasId || begun[choice] == 0) {
            begun[choice]++;
        }
        return begun[choice] - 1;
    }

    private static byte[] quoted(String text) {
        return bytes(JsonText.quote(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
