package io.dromedary.api.sse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames data as server-sent events, the way OpenAI does: one line of data, and a blank line. */
public final class SseFrame {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLANK_LINE = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private SseFrame() {}

    /** @param data on one line */
    public static byte[] of(byte[] data) {
        var frame = new byte[DATA.length + data.length + BLANK_LINE.length];
        System.arraycopy(DATA, 0, frame, 0, DATA.length);
        System.arraycopy(data, 0, frame, DATA.length, data.length);
        System.arraycopy(BLANK_LINE, 0, frame, DATA.length + data.length, BLANK_LINE.length);
        return frame;
    }

    /**
     * An event with a name, as Anthropic frames them.
     *
     * @param name ASCII
     * @param data on one line
     */
    public static byte[] of(String name, byte[] data) {
        var line = ("event: " + name + "\n").getBytes(StandardCharsets.US_ASCII);
        var rest = of(data);
        var frame = Arrays.copyOf(line, line.length + rest.length);
        System.arraycopy(rest, 0, frame, line.length, rest.length);
        return frame;
    }

    /** The event that ends a stream well. */
    public static byte[] done() {
        return of(DONE);
    }
}
