package io.dromedary.backend.dialect;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.util.Arrays;

/**
 * Edits to one text by byte position, like {@code Splice}, for the path that every chunk of a stream takes: reused, and
 * written straight to where it goes. Edits do not overlap; an insertion stands before a cut that begins where it is.
 */
final class Patch {
    private static final byte[] NOTHING = new byte[0];

    private int size;
    private int[] from = new int[8];
    private int[] to = new int[8];
    private byte[][] with = new byte[8][];

    void clear() {
        size = 0;
    }

    void cut(int start, int end) {
        replace(start, end, NOTHING);
    }

    void insert(int at, byte[] what) {
        replace(at, at, what);
    }

    void replace(int start, int end, byte[] what) {
        if (size == from.length) {
            from = Arrays.copyOf(from, size * 2);
            to = Arrays.copyOf(to, size * 2);
            with = Arrays.copyOf(with, size * 2);
        }
        var at = size++;
        while (at > 0 && (from[at - 1] > start || (from[at - 1] == start && to[at - 1] > end))) {
            from[at] = from[at - 1];
            to[at] = to[at - 1];
            with[at] = with[at - 1];
            at--;
        }
        from[at] = start;
        to[at] = end;
        with[at] = what;
    }

    /** Writes {@code [start, end)} of the text with the edits made; all edits lie in there. */
    void write(byte[] text, int start, int end, ByteArrayBuilder out) {
        var read = start;
        for (var i = 0; i < size; i++) {
            out.write(text, read, from[i] - read);
            out.write(with[i], 0, with[i].length);
            read = to[i];
        }
        out.write(text, read, end - read);
    }

    byte[] toBytes(byte[] text, int start, int end) {
        if (size == 0 && start == 0 && end == text.length) {
            return text;
        }
        var length = end - start;
        for (var i = 0; i < size; i++) {
            length += with[i].length - (to[i] - from[i]);
        }
        var result = new byte[length];
        var read = start;
        var written = 0;
        for (var i = 0; i < size; i++) {
            System.arraycopy(text, read, result, written, from[i] - read);
            written += from[i] - read;
            System.arraycopy(with[i], 0, result, written, with[i].length);
            written += with[i].length;
            read = to[i];
        }
        System.arraycopy(text, read, result, written, end - read);
        return result;
    }
}
