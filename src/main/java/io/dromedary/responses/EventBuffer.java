package io.dromedary.responses;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Events of a stream that have not been put on their shelf. */
final class EventBuffer {
    private static final int BYTES = 1 << 10;
    private static final int EVENTS = 16;

    private byte[] bytes = new byte[BYTES];
    private int length;
    private int[] ends = new int[EVENTS];
    private int count;
    private int first;

    /** @param first sequence number of the first event */
    EventBuffer(int first) {
        this.first = first;
    }

    /** @param events whole ones: each ends with a blank line, and has none inside */
    void add(byte[] events) {
        room(events.length);
        System.arraycopy(events, 0, bytes, length, events.length);
        for (var at = length + 1; at < length + events.length; at++) {
            if (bytes[at] == '\n' && bytes[at - 1] == '\n') {
                ended(at + 1);
            }
        }
        length += events.length;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    private void ended(int at) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = at;
    }

    /** In bytes. */
    int size() {
        return length;
    }

    /** The sequence number of what comes next. */
    int next() {
        return first + count;
    }

    /** The sequence number of the first event that it has. */
    int first() {
        return first;
    }

    /** The events from a sequence number on, which is {@link #first} or larger. */
    byte[] from(int sequence) {
        var skip = sequence - first;
        if (skip >= count) {
            return new byte[0];
        }
        return Arrays.copyOfRange(bytes, skip <= 0 ? 0 : ends[skip - 1], length);
    }

    /** All that it has. It is empty afterwards. */
    Segment take(boolean end) {
        var taken = new Segment(first, count, end, new String(bytes, 0, length, StandardCharsets.UTF_8));
        first += count;
        count = 0;
        length = 0;
        return taken;
    }
}
