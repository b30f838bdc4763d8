package io.dromedary.backend;

import java.util.Arrays;

/** A body that arrives in pieces. Most come in one, which is then the body, uncopied. */
final class Pieces {
    private static final byte[] NONE = new byte[0];

    private byte[] bytes = NONE;
    private int size;
    private int expected;

    /** Adds the first so many bytes; the array is ours from now on. */
    void add(byte[] piece, int length) {
        if (size == 0) {
            bytes = piece;
            size = length;
            return;
        }
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.max(expected, 2 * size)));
        }
        System.arraycopy(piece, 0, bytes, size, length);
        size += length;
    }

    /** So large it is said to become, which saves it from being copied as it grows. */
    void expect(int length) {
        expected = length;
    }

    int size() {
        return size;
    }

    /** All of it, once. */
    byte[] take() {
        var all = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        bytes = NONE;
        size = 0;
        return all;
    }
}
