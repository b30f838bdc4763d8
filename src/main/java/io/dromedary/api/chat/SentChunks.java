package io.dromedary.api.chat;

import java.util.Arrays;

/** The chunks of a stream as bytes, up to a limit, one after the other. */
final class SentChunks {
    /** Stands before each chunk (RFC 7464): no JSON text has it. */
    private static final byte SEPARATOR = 0x1e;

    private static final byte[] NONE = {};
    private static final int FIRST = 4096;

    private final int most;
    private byte[] bytes = NONE;
    private int length;
    private boolean full;

    SentChunks(int most) {
        this.most = most;
    }

    void add(byte[] buffer, int offset, int count) {
        if (full) {
            return;
        }
        var needed = length + 1L + count;
        if (needed > most) {
            full = true;
            bytes = NONE;
            length = 0;
            return;
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(needed, Math.max(FIRST, bytes.length * 2L))));
        }
        bytes[length++] = SEPARATOR;
        System.arraycopy(buffer, offset, bytes, length, count);
        length += count;
    }

    /** Something was more than the limit, and nothing is known any more. */
    boolean full() {
        return full;
    }

    /** What the chunks say together. Parses every one of them. */
    SentAnswer read() {
        var answer = new SentAnswer();
        for (var at = 0; at < length; ) {
            var end = at + 1;
            while (end < length && bytes[end] != SEPARATOR) {
                end++;
            }
            answer.add(bytes, at + 1, end - at - 1);
            at = end;
        }
        return answer;
    }
}
