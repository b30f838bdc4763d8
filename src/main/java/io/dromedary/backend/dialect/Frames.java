package io.dromedary.backend.dialect;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events as OpenAI frames them. */
final class Frames {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLANK_LINE = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private Frames() {}

    /** One event with the JSON text at {@code [start, end)}, patched. */
    static void data(byte[] buffer, int start, int end, Patch patch, ByteArrayBuilder out) {
        out.write(DATA, 0, DATA.length);
        patch.write(oneLine(buffer, start, end), start, end, out);
        out.write(BLANK_LINE, 0, BLANK_LINE.length);
    }

    /** The event that ends a stream well. */
    static void done(ByteArrayBuilder out) {
        out.write(LAST, 0, LAST.length);
    }

    /** The data of the event that ends a stream. */
    static boolean isDone(byte[] buffer, int start, int end) {
        var at = JsonScan.space(buffer, start, end);
        if (at + DONE.length > end) {
            return false;
        }
        for (var i = 0; i < DONE.length; i++) {
            if (buffer[at + i] != DONE[i]) {
                return false;
            }
        }
        return JsonScan.space(buffer, at + DONE.length, end) == end;
    }

    /** Data that came over several lines, which the parser joins with line feeds, goes out on one: between JSON's tokens a space is as good as a line feed. */
    private static byte[] oneLine(byte[] buffer, int start, int end) {
        var feed = JsonScan.find(buffer, start, end, '\n');
        if (feed == end) {
            return buffer;
        }
        var line = buffer.clone();
        for (var i = feed; i < end; i++) {
            line[i] = line[i] == '\n' ? (byte) ' ' : line[i];
        }
        return line;
    }
}
