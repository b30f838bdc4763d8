package io.dromedary.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The beginning of a form, from which the fields are read that stand before its first file. Whoever decodes the form tells
 * fields only at its end, which for a large file is long after they have come. What is odd is left to that one.
 */
final class FormHead {
    private static final int MOST = 8 << 10;
    private static final String LINE = "\r\n";
    private static final Pattern NAME = Pattern.compile(
            "(?is)(?:^|\r\n)content-disposition:\\s*form-data\\s*;\\s*name=(?:\"([^\"\r\n]*)\"|([^\"\\s;]+))\\s*(?:\r\n|$)");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds what has come, as far as it may matter. */
    void add(byte[] raw) {
        bytes.write(raw, 0, Math.min(raw.length, MOST - bytes.size()));
    }

    /** Those that are whole. */
    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        // a byte is a character here, until it is known where values begin and end
        var text = bytes.toString(ISO_8859_1);
        var first = text.indexOf(LINE);
        if (first < 0) {
            return fields;
        }
        var delimiter = LINE + text.substring(0, first);
        var at = first;
        while (true) {
            var end = text.indexOf(delimiter, at);
            var blank = text.indexOf(LINE + LINE, at);
            if (end < 0 || blank < 0 || blank > end) {
                return fields;
            }
            var name = NAME.matcher(text.substring(at, blank));
            if (!name.find()) {
                // a file, or nothing that is known here
                return fields;
            }
            var value = text.substring(blank + 2 * LINE.length(), Math.max(end, blank + 2 * LINE.length()));
            var quoted = name.group(1);
            fields.put(decoded(quoted == null ? name.group(2) : quoted), decoded(value));
            at = end + delimiter.length();
        }
    }

    private static String decoded(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }
}
