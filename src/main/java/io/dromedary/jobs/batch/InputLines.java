package io.dromedary.jobs.batch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the lines of an input one by one, and no more of it than it must. Waits for what it reads. */
final class InputLines {
    private static final int PIECE = 256 << 10;

    /** Where the bytes are. */
    interface Source {
        /** Some of them; none where there are no more. */
        byte[] read(long from, int most);
    }

    /**
     * A line that is not blank.
     *
     * @param number from 1, blank ones not counted
     * @param position from 1, as an editor counts
     * @param end where the next one begins
     * @param text without its end; null where it is longer than any may be
     */
    record InputLine(int number, int position, long end, byte @Nullable [] text) {}

    private final Source source;
    private final long length;
    private final int longest;
    private byte[] buffer = new byte[PIECE];
    private int start;
    private int scanned;
    private int filled;

    /** Where the buffer's first byte is in the source. */
    private long base;

    private int number;
    private int position;
    private boolean tooLong;

    /**
     * @param length of the source
     * @param longest a line
     */
    InputLines(Source source, long length, int longest) {
        this(source, length, longest, 0, 0);
    }

    /**
     * Goes on where another has been.
     *
     * @param lines so many were read
     * @param offset where the one after them begins
     */
    InputLines(Source source, long length, int longest, int lines, long offset) {
        this.source = source;
        this.length = length;
        this.longest = longest;
        this.number = lines;
        this.base = offset;
    }

    /** The next one, or null after the last. */
    @Nullable
    InputLine next() {
        while (true) {
            var newline = newline();
            var ended = base + filled >= length;
            if (newline < 0 && !ended) {
                more();
                continue;
            }
            if (newline < 0 && start == filled && !tooLong) {
                return null;
            }
            var line = take(newline < 0 ? filled : newline, newline < 0 ? filled : newline + 1);
            if (line != null) {
                return line;
            }
        }
    }

    private int newline() {
        while (scanned < filled) {
            if (buffer[scanned++] == '\n') {
                return scanned - 1;
            }
        }
        return -1;
    }

    private @Nullable InputLine take(int to, int after) {
        position++;
        var text = tooLong || to - start > longest ? null : text(to);
        start = after;
        scanned = after;
        tooLong = false;
        return text != null && text.length == 0 ? null : new InputLine(++number, position, base + after, text);
    }

    private byte[] text(int to) {
        var from = start;
        var end = to;
        while (from < end && isSpace(buffer[from])) {
            from++;
        }
        while (end > from && isSpace(buffer[end - 1])) {
            end--;
        }
        return Arrays.copyOfRange(buffer, from, end);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private void more() {
        if (filled - start > longest) {
            tooLong = true;
            start = filled;
        }
        if (start > 0) {
            compact();
        }
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        var most = (int) Math.min(Math.min(PIECE, buffer.length - filled), length - base - filled);
        var piece = source.read(base + filled, most);
        if (piece.length == 0) {
            throw new IllegalStateException("the input has fewer bytes than it had");
        }
        System.arraycopy(piece, 0, buffer, filled, piece.length);
        filled += piece.length;
    }

    private void compact() {
        var left = filled - start;
        // one long line is no reason to keep so much room for ever
        var room = left < PIECE && buffer.length > 4 * PIECE ? new byte[2 * PIECE] : buffer;
        System.arraycopy(buffer, start, room, 0, left);
        buffer = room;
        base += start;
        scanned -= start;
        filled = left;
        start = 0;
    }
}
