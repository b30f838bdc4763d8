package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

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
    private final boolean numbered;
    private int[] begun = new int[1];
    /** By choice: the id of the call that it is at, where no index tells. */
    private final Map<Integer, String> current;

    /** @param numbered the calls of a stream have an index that can be relied on */
    ToolCallScan(Ids ids, boolean numbered) {
        this.ids = ids;
        this.numbered = numbered;
        this.current = numbered ? Map.of() : new HashMap<>(2);
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
            if (!numbered) {
                renumber(text, at, end, choice, patch);
                at = following(text, end);
                continue;
            }
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

    /** One whose index says nothing: its own id, or its own name where there is no id, tells it from the one before. */
    private void renumber(byte[] text, int brace, int end, int choice, Patch patch) {
        var index = Span.NOWHERE;
        var id = Span.NOWHERE;
        var name = "";
        call.over(text, brace, end);
        while (call.next()) {
            if (call.named("index")) {
                index = Span.of(call);
            } else if (call.named("id")) {
                id = Span.of(call);
            } else if (call.named("type") && call.isNull()) {
                call.cut(patch);
            } else if (call.named("function")) {
                function(text, patch, true);
                name = new RawValue(text, call.valueStart(), call.valueEnd()).string("name");
            }
        }
        var given = id.string(text);
        var isNew = given.isEmpty() ? !name.isEmpty() : !given.equals(current.get(choice));
        var ordinal = ordinal(choice, isNew);
        var added = new StringBuilder();
        if (isNew && given.isEmpty()) {
            given = ids.next("call_");
            put("\"id\":", JsonText.quote(given), id, patch, added);
        }
        if (isNew) {
            current.put(choice, given);
        }
        put("\"index\":", Integer.toString(ordinal), index, patch, added);
        if (!added.isEmpty()) {
            patch.insert(brace + 1, bytes(call.isEmpty() ? added.substring(0, added.length() - 1) : added.toString()));
        }
    }

    private static void put(String name, String value, Span at, Patch patch, StringBuilder added) {
        if (at.isThere()) {
            patch.replace(at.start(), at.end(), bytes(value));
        } else {
            added.append(name).append(value).append(',');
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
