package io.dromedary.api.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object by byte position, in the order in which they stand: for each its name, where the name's
 * opening quote is, where the value begins and where it ends.
 */
public final class Members {
    private final int open;
    private int close;
    private int size;
    private String[] names = new String[16];
    private int[] spans = new int[48];

    /** @param open position of the object's opening brace */
    public Members(int open) {
        this.open = open;
    }

    public void add(String name, int nameStart, int valueStart, int valueEnd) {
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            spans = Arrays.copyOf(spans, size * 6);
        }
        names[size] = name;
        spans[size * 3] = nameStart;
        spans[size * 3 + 1] = valueStart;
        spans[size * 3 + 2] = valueEnd;
        size++;
    }

    /** @param brace position of the object's closing brace */
    public void close(int brace) {
        close = brace;
    }

    public int size() {
        return size;
    }

    public String name(int member) {
        return names[member];
    }

    public int valueStart(int member) {
        return spans[member * 3 + 1];
    }

    public int valueEnd(int member) {
        return spans[member * 3 + 2];
    }

    /** Index of a member, or -1. */
    public int find(String name) {
        for (var i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    public boolean has(String name) {
        return find(name) >= 0;
    }

    /** Begins a set of edits on the text that these positions belong to. */
    public Edits edit(byte[] text) {
        return new Edits(text);
    }

    /** Edits to one object: members replaced, removed, added. Each member is edited at most once. */
    public final class Edits {
        private final byte[] text;
        private final boolean[] removed = new boolean[size];
        private final Splice splice;
        private @Nullable StringBuilder added;

        private Edits(byte[] text) {
            this.text = text;
            this.splice = Splice.of(text);
        }

        /** Sets a member to a JSON value: replaced where it stands, else added last. */
        public Edits set(String name, byte[] json) {
            var member = find(name);
            if (member >= 0) {
                splice.replace(valueStart(member), valueEnd(member), json);
            } else {
                if (added == null) {
                    added = new StringBuilder();
                }
                JsonText.quote(added.append(','), name)
                        .append(':')
                        .append(new String(json, java.nio.charset.StandardCharsets.UTF_8));
            }
            return this;
        }

        public Edits set(String name, String json) {
            return set(name, json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        /** Removes a member where there is one. */
        public Edits remove(String name) {
            var member = find(name);
            if (member >= 0) {
                removed[member] = true;
            }
            return this;
        }

        public byte[] toBytes() {
            var first = true;
            var start = open + 1;
            for (var i = 0; i < size; i++) {
                // a removed member takes the comma before it along, or the one after it when it stands first
                if (removed[i]) {
                    var end = first && i + 1 < size ? spans[(i + 1) * 3] : valueEnd(i);
                    splice.replace(first ? spans[i * 3] : start, end, new byte[0]);
                } else {
                    first = false;
                }
                start = valueEnd(i);
            }
            if (added != null) {
                var text = first ? added.substring(1) : added.toString();
                splice.insert(first ? close : start, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            return splice.toBytes();
        }

        byte[] text() {
            return text;
        }
    }
}
