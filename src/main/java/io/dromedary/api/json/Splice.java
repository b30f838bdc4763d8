package io.dromedary.api.json;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Edits to a JSON text by byte position. Every byte that no edit names is copied as it came: unknown members, number
 * formats, key order and escapes survive.
 */
public final class Splice {
    private record Edit(int from, int to, byte[] with) {}

    private final byte[] source;
    private final List<Edit> edits = new ArrayList<>(4);

    private Splice(byte[] source) {
        this.source = source;
    }

    public static Splice of(byte[] source) {
        return new Splice(source);
    }

    /**
     * Replaces the bytes {@code [from, to)}. Edits may be named in any order.
     *
     * @throws IndexOutOfBoundsException where the source has no such bytes
     */
    public Splice replace(int from, int to, byte[] with) {
        Objects.checkFromToIndex(from, to, source.length);
        edits.add(new Edit(from, to, with));
        return this;
    }

    /** Inserts before the byte at a position. What is inserted at one position stands in the order of the calls. */
    public Splice insert(int at, byte[] what) {
        return replace(at, at, what);
    }

    /**
     * The text with all edits made; the source itself when there are none.
     *
     * @throws IllegalStateException when two edits overlap
     */
    public byte[] toBytes() {
        if (edits.isEmpty()) {
            return source;
        }
        // an insertion at the first byte of a replacement goes before it
        edits.sort(Comparator.comparingInt(Edit::from).thenComparingInt(Edit::to));
        var size = source.length;
        var end = 0;
        for (var edit : edits) {
            if (edit.from < end) {
                throw new IllegalStateException("two edits overlap at byte " + edit.from);
            }
            end = edit.to;
            size += edit.with.length - (edit.to - edit.from);
        }
        var result = new byte[size];
        var read = 0;
        var written = 0;
        for (var edit : edits) {
            System.arraycopy(source, read, result, written, edit.from - read);
            written += edit.from - read;
            System.arraycopy(edit.with, 0, result, written, edit.with.length);
            written += edit.with.length;
            read = edit.to;
        }
        System.arraycopy(source, read, result, written, source.length - read);
        return result;
    }
}
