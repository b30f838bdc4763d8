package io.dromedary.api.sse;

import java.util.Arrays;

/**
 * Splits a byte stream into server-sent events (WHATWG HTML, section 9.2). Takes what upstreams really send: {@code
 * data:} with or without a space, LF, CRLF and CR, comments, data over several lines, a byte-order mark, events and
 * characters cut anywhere by the network. Not thread-safe.
 */
public final class SseParser implements Framing {
    /** Gets one event's data; the array is only valid during the call. */
    @FunctionalInterface
    public interface Listener {
        void event(byte[] buffer, int offset, int length);
    }

    /** An event is longer than {@code maxEvent} bytes. */
    public static final class TooLongException extends UnreadableException {
        TooLongException(int limit) {
            super("an event is longer than " + limit + " bytes");
        }
    }

    private static final byte[] NONE = new byte[0];

    /** What a line may have before its data: a byte-order mark and {@code data: }. */
    private static final int LONGEST_PREFIX = 9;

    private final int maxEvent;
    private byte[] line = NONE;
    private int lineLength;
    private byte[] data = NONE;
    private int dataLength;
    private int dataLines;
    private boolean skipLf;
    private boolean started;

    /** @param maxEvent bytes that the data of one event, and a line of whatever kind, may have */
    public SseParser(int maxEvent) {
        this.maxEvent = maxEvent;
    }

    /**
     * Reads one chunk, and calls the listener for each event that it completes.
     *
     * @throws TooLongException wherever the chunks were cut, at the same event; the parser is of no use afterwards
     */
    @Override
    public void feed(byte[] chunk, int offset, int length, Listener listener) {
        var at = offset;
        var end = offset + length;
        while (at < end) {
            if (skipLf) {
                skipLf = false;
                if (chunk[at] == '\n') {
                    at++;
                    continue;
                }
            }
            var stop = at;
            while (stop < end && chunk[stop] != '\n' && chunk[stop] != '\r') {
                stop++;
            }
            if (stop == end) {
                keep(chunk, at, end - at);
                return;
            }
            skipLf = chunk[stop] == '\r';
            if (lineLength == 0) {
                limit(stop - at);
                line(chunk, at, stop - at, listener);
            } else {
                keep(chunk, at, stop - at);
                var kept = lineLength;
                lineLength = 0;
                line(line, 0, kept, listener);
            }
            at = stop + 1;
        }
    }

    /** The upstream closed. An event without its blank line is dispatched too: some upstreams end like that. */
    @Override
    public void end(Listener listener) {
        if (lineLength > 0) {
            var kept = lineLength;
            lineLength = 0;
            line(line, 0, kept, listener);
        }
        dispatch(listener);
    }

    private void line(byte[] bytes, int at, int length, Listener listener) {
        if (!started) {
            started = true;
            if (length >= 3
                    && bytes[at] == (byte) 0xef
                    && bytes[at + 1] == (byte) 0xbb
                    && bytes[at + 2] == (byte) 0xbf) {
                line(bytes, at + 3, length - 3, listener);
                return;
            }
        }
        if (length == 0) {
            dispatch(listener);
        } else if (isData(bytes, at, length)) {
            var skip = length > 5 && bytes[at + 5] == ' ' ? 6 : Math.min(length, 5);
            data(bytes, at + skip, length - skip);
        }
    }

    /** The field {@code data}, with a value or, without its colon, with none. */
    private static boolean isData(byte[] bytes, int at, int length) {
        return length >= 4
                && bytes[at] == 'd'
                && bytes[at + 1] == 'a'
                && bytes[at + 2] == 't'
                && bytes[at + 3] == 'a'
                && (length == 4 || bytes[at + 4] == ':');
    }

    private void data(byte[] bytes, int at, int length) {
        var separator = dataLines > 0 ? 1 : 0;
        room(dataLength + separator + length);
        if (separator == 1) {
            data[dataLength++] = '\n';
        }
        System.arraycopy(bytes, at, data, dataLength, length);
        dataLength += length;
        dataLines++;
    }

    private void room(int needed) {
        if (needed > maxEvent) {
            throw new TooLongException(maxEvent);
        }
        if (data.length < needed) {
            data = Arrays.copyOf(data, Math.max(needed, Math.max(512, data.length * 2)));
        }
    }

    private void dispatch(Listener listener) {
        if (dataLines > 0) {
            var length = dataLength;
            dataLength = 0;
            dataLines = 0;
            listener.event(data, 0, length);
        }
    }

    private void keep(byte[] bytes, int at, int length) {
        limit(lineLength + length);
        if (line.length < lineLength + length) {
            line = Arrays.copyOf(line, Math.max(lineLength + length, Math.max(512, line.length * 2)));
        }
        System.arraycopy(bytes, at, line, lineLength, length);
        lineLength += length;
    }

    private void limit(int lineLength) {
        if (lineLength - LONGEST_PREFIX > maxEvent) {
            throw new TooLongException(maxEvent);
        }
    }
}
