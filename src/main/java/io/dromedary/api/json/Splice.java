package io.dromedary.api.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

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

    /** Replaces the bytes {@code [from, to)}. Edits may be named in any order and must not overlap. */
    public Splice replace(int from, int to, byte[] with) {
        edits.add(new Edit(from, to, with));
        return this;
    }

    public Splice insert(int at, byte[] what) {
        return replace(at, at, what);
    }

    /** The text with all edits made; the source itself when there are none. */
    public byte[] toBytes() {
        if (edits.isEmpty()) {
            return source;
        }
        edits.sort(Comparator.comparingInt(Edit::from));
        var size = source.length;
        for (var edit : edits) {
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

    @Override
    public String toString() {
        return "Splice" + Arrays.toString(edits.toArray());
    }
}
