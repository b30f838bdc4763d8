package io.dromedary.api.rerank;

import io.dromedary.api.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where the documents of a request stand in its body.
 *
 * @param text the body
 * @param spans of each: where it starts and ends, and where its text starts and ends, which is a JSON string
 */
public record Documents(byte[] text, int[] spans) {
    private static final int SPANS = 4;
    private static final byte[] OPEN = "{\"text\":".getBytes(StandardCharsets.US_ASCII);

    /** How many there are, at least 1. */
    public int size() {
        return spans.length / SPANS;
    }

    /** The texts of some of them as a JSON list of strings. */
    public byte[] texts(int from, int to) {
        var list = new ByteArrayOutputStream(spans[to * SPANS - 1] - spans[from * SPANS + 2] + 2);
        list.write('[');
        for (var i = from; i < to; i++) {
            if (i > from) {
                list.write(',');
            }
            list.write(text, spans[i * SPANS + 2], spans[i * SPANS + 3] - spans[i * SPANS + 2]);
        }
        list.write(']');
        return list.toByteArray();
    }

    /** One of them as an object that has its {@code text}: as it came, where it came as one. */
    public void writeTo(ByteArrayOutputStream out, int which) {
        var start = spans[which * SPANS];
        var end = spans[which * SPANS + 1];
        if (text[start] == '{') {
            out.write(text, start, end - start);
            return;
        }
        out.writeBytes(OPEN);
        out.write(text, start, end - start);
        out.write('}');
    }

    /** The text of one. */
    public String plain(int which) {
        var start = spans[which * SPANS + 2];
        var read = Json.read(text, start, spans[which * SPANS + 3] - start);
        return read == null ? "" : read.asText();
    }

    static byte[] slice(byte[] text, int start, int end) {
        return Arrays.copyOfRange(text, start, end);
    }
}
