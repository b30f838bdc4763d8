package io.dromedary.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the HTTP/1.1 messages of one connection, in whatever pieces they come, at as little cost as possible: the load
 * and the upstream share a core, and must not be what is measured. Not for input from strangers.
 */
final class WireReader {

    /** What was read. The arrays are the reader's or the caller's: look, do not keep. */
    interface Sink {
        /** The start line and the fields, without the blank line. */
        void head(byte[] bytes, int from, int to);

        void body(byte[] bytes, int from, int to);

        /** The message is complete. */
        void end();
    }

    private enum State {
        HEAD,
        FIXED,
        CHUNK_SIZE,
        CHUNK,
        CHUNK_END,
        TRAILER
    }

    private final Sink sink;
    private State state = State.HEAD;
    private byte @Nullable [] held;
    private long left;
    private boolean inSize;
    private int lineLength;

    WireReader(Sink sink) {
        this.sink = sink;
    }

    /** Between two messages. */
    boolean idle() {
        return state == State.HEAD && held == null;
    }

    void read(byte[] bytes, int from, int to) {
        var at = from;
        while (at < to) {
            at = switch (state) {
                case HEAD -> head(bytes, at, to);
                case FIXED, CHUNK -> body(bytes, at, to);
                case CHUNK_SIZE -> chunkSize(bytes[at], at + 1);
                case CHUNK_END -> chunkEnd(bytes[at], at + 1);
                case TRAILER -> trailer(bytes[at], at + 1);
            };
        }
    }

    private int head(byte[] bytes, int from, int to) {
        if (held != null) {
            return heldHead(held, bytes, from, to);
        }
        var blank = blankLine(bytes, from, to);
        if (blank < 0) {
            held = Arrays.copyOfRange(bytes, from, to);
            return to;
        }
        begin(bytes, from, blank);
        return blank + 4;
    }

    private int heldHead(byte[] earlier, byte[] bytes, int from, int to) {
        var joined = Arrays.copyOf(earlier, earlier.length + to - from);
        System.arraycopy(bytes, from, joined, earlier.length, to - from);
        var blank = blankLine(joined, 0, joined.length);
        if (blank < 0) {
            held = joined;
            return to;
        }
        held = null;
        begin(joined, 0, blank);
        return from + blank + 4 - earlier.length;
    }

    private void begin(byte[] bytes, int from, int to) {
        var fields = new String(bytes, from, to - from, ISO_8859_1).toLowerCase(Locale.ROOT);
        sink.head(bytes, from, to);
        if (fields.contains("\r\ntransfer-encoding: chunked")) {
            chunk();
            return;
        }
        left = length(fields);
        if (left == 0) {
            sink.end();
        } else {
            state = State.FIXED;
        }
    }

    private static long length(String fields) {
        var name = "\r\ncontent-length:";
        var at = fields.indexOf(name);
        if (at < 0) {
            return 0;
        }
        var end = fields.indexOf('\r', at + name.length());
        return Long.parseLong(fields.substring(at + name.length(), end < 0 ? fields.length() : end)
                .strip());
    }

    private int body(byte[] bytes, int from, int to) {
        var end = (int) Math.min(to, from + left);
        sink.body(bytes, from, end);
        left -= end - from;
        if (left > 0) {
            return end;
        }
        if (state == State.CHUNK) {
            state = State.CHUNK_END;
        } else {
            finish();
        }
        return end;
    }

    private void chunk() {
        state = State.CHUNK_SIZE;
        left = 0;
        inSize = true;
    }

    private int chunkSize(byte b, int next) {
        if (b == '\n') {
            lineLength = 0;
            state = left == 0 ? State.TRAILER : State.CHUNK;
            return next;
        }
        var digit = Character.digit(b, 16);
        inSize &= digit >= 0;
        if (inSize) {
            left = left * 16 + digit;
        }
        return next;
    }

    private int chunkEnd(byte b, int next) {
        if (b == '\n') {
            chunk();
        }
        return next;
    }

    private int trailer(byte b, int next) {
        if (b != '\n') {
            lineLength += b == '\r' ? 0 : 1;
            return next;
        }
        if (lineLength == 0) {
            finish();
        }
        lineLength = 0;
        return next;
    }

    private void finish() {
        state = State.HEAD;
        sink.end();
    }

    private static int blankLine(byte[] bytes, int from, int to) {
        for (var i = from + 3; i < to; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i - 3;
            }
        }
        return -1;
    }
}
