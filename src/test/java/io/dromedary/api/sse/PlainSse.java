package io.dromedary.api.sse;

import java.util.ArrayList;
import java.util.List;

/** Server-sent events read from a whole text the plain way, to compare the parser with. */
final class PlainSse {
    private PlainSse() {}

    static List<String> events(String stream) {
        var text = stream.startsWith("\ufeff") ? stream.substring(1) : stream;
        var events = new ArrayList<String>();
        var data = new ArrayList<String>();
        for (var line : (text + "\n\n").split("\r\n|\n|\r", -1)) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(String.join("\n", data));
                }
                data.clear();
            } else if (line.equals("data")) {
                data.add("");
            } else if (line.startsWith("data:")) {
                var value = line.substring(5);
                data.add(value.startsWith(" ") ? value.substring(1) : value);
            }
        }
        return events;
    }
}
