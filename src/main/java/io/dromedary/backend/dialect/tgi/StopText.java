package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The stop strings of one request. TGI leaves the one that ended an answer at the end of the text, OpenAI does not.
 *
 * @param strings none of them empty
 */
record StopText(List<String> strings) {
    static StopText of(ChatRequest request) {
        var raw = request.rawValue("stop");
        var stop = raw == null ? null : Json.read(raw.getBytes(StandardCharsets.UTF_8));
        return new StopText(stop == null ? List.of() : strings(stop));
    }

    private static List<String> strings(JsonNode stop) {
        var strings = new ArrayList<String>(4);
        if (stop.isTextual()) {
            strings.add(stop.textValue());
        }
        stop.forEach(each -> strings.add(each.textValue()));
        return strings;
    }

    /** Length of the text without the stop string that it ends with: the longest one, so the earliest beginning. */
    int kept(CharSequence text) {
        var longest = 0;
        for (var stop : strings) {
            if (stop.length() > longest && endsWith(text, stop, stop.length())) {
                longest = stop.length();
            }
        }
        return text.length() - longest;
    }

    /** How many characters at the end of the text are a stop string, or may still become one. */
    int open(CharSequence text) {
        var open = 0;
        for (var stop : strings) {
            for (var length = Math.min(stop.length(), text.length()); length > open; length--) {
                if (endsWith(text, stop, length)) {
                    open = length;
                }
            }
        }
        return open;
    }

    private static boolean endsWith(CharSequence text, String stop, int length) {
        var start = text.length() - length;
        if (start < 0) {
            return false;
        }
        for (var i = 0; i < length; i++) {
            if (text.charAt(start + i) != stop.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
