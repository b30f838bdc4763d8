package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;

/** {@code prediction}: text that the answer is expected to repeat. */
final class PredictionCheck {
    private static final List<String> TYPES = List.of("content");

    private PredictionCheck() {}

    static void read(Cursor at) {
        var typed = false;
        var content = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> {
                    at.oneOf(TYPES);
                    typed = true;
                }
                case "content" -> {
                    var parts = new Parts(at);
                    parts.read();
                    parts.verify(Parts.TEXT, "", "a prediction");
                    content = true;
                }
                default -> at.skip();
            }
        }
        if (!typed) {
            throw Faults.missing(at.path("type"));
        }
        if (!content) {
            throw Faults.missing(at.path("content"));
        }
    }
}
