package io.dromedary.backend.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.backend.Sending;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A form as the gateway sends it: its fields, and the name of the file that is its end.
 *
 * @param fields by name; of one that comes more than once, all that it says, with commas
 */
record SentForm(Map<String, String> fields, String filename) {
    private static final String BOUNDARY = "boundary=";
    private static final String NAME = "name=\"";
    private static final String FILENAME = "filename=\"";
    private static final String END = "\r\n\r\n";

    static SentForm of(Sending sending) {
        var type = sending.contentType();
        var boundary = "--" + type.substring(type.indexOf(BOUNDARY) + BOUNDARY.length());
        var fields = new LinkedHashMap<String, String>();
        var filename = "";
        for (var part : new String(sending.body(), UTF_8).split(boundary, -1)) {
            var headers = part.indexOf(END);
            if (headers < 0) {
                continue;
            }
            var head = part.substring(0, headers);
            if (head.contains(FILENAME)) {
                filename = quoted(head, FILENAME);
            } else {
                var value = part.substring(headers + END.length());
                fields.merge(
                        quoted(head, NAME),
                        value.endsWith("\r\n") ? value.substring(0, value.length() - 2) : value,
                        (one, other) -> one + "," + other);
            }
        }
        return new SentForm(fields, filename);
    }

    private static String quoted(String head, String before) {
        var begin = head.indexOf(before) + before.length();
        var end = head.indexOf('"', begin);
        return head.substring(begin, end < 0 ? head.length() : end);
    }
}
