package io.dromedary.api.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object by byte position, in the order in which they stand: for each its name, where the name's
 * opening quote is, where the value begins and where it ends. Names are as they read, without escapes, and distinct.
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

    /** Position after the object's closing brace. */
    public int end() {
        return close + 1;
    }

    public int size() {
        return size;
    }

    public String name(int member) {
        return names[member];
    }

    /** Position of the opening quote of a member's name. */
    public int nameStart(int member) {
        return spans[member * 3];
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

    /**
     * Edits to one object: members replaced, removed, added. The last edit of a member counts. Every byte outside of the
     * edited members, and of the commas that removed ones leave behind, stays as it is.
     */
    public final class Edits {
        /** Stands for the value of a removed member: no JSON value is empty. */
        private static final byte[] REMOVED = {};

        private final byte[] text;
        private final byte[] @Nullable [] values = new byte[size][];
        private final Map<String, byte[]> added = new LinkedHashMap<>(4);

        private Edits(byte[] text) {
            this.text = text;
        }

        /** Sets a member to a JSON value: replaced where it stands, else added last. */
        public Edits set(String name, byte[] json) {
            var member = find(name);
            if (member >= 0) {
                values[member] = json;
            } else {
                added.put(name, json);
            }
            return this;
        }

        public Edits set(String name, String json) {
            return set(name, json.getBytes(StandardCharsets.UTF_8));
        }

        /** Removes a member where there is one. */
        public Edits remove(String name) {
            var member = find(name);
            if (member >= 0) {
                values[member] = REMOVED;
            } else {
                added.remove(name);
            }
            return this;
        }

        /** The edited text; the text itself when nothing was edited. */
        public byte[] toBytes() {
            var splice = Splice.of(text);
            var first = true;
            var end = open + 1;
            for (var i = 0; i < size; i++) {
                var value = values[i];
                if (value == null || value.length > 0) {
                    if (value != null) {
                        splice.replace(valueStart(i), valueEnd(i), value);
                    }
                    first = false;
                } else if (!first) {
                    // takes the comma before it along
                    splice.replace(valueEnd(i - 1), valueEnd(i), REMOVED);
                } else {
                    // takes the comma after it along, if there is one
                    splice.replace(nameStart(i), i + 1 < size ? nameStart(i + 1) : valueEnd(i), REMOVED);
                }
                end = valueEnd(i);
            }
            if (!added.isEmpty()) {
                splice.insert(end, additions(!first));
            }
            return splice.toBytes();
        }

        private byte[] additions(boolean comma) {
            var pieces = new ByteArrayOutputStream();
            for (var member : added.entrySet()) {
                if (comma) {
                    pieces.write(',');
                }
                comma = true;
                pieces.writeBytes(JsonText.quote(member.getKey()).getBytes(StandardCharsets.UTF_8));
                pieces.write(':');
                pieces.writeBytes(member.getValue());
            }
            return pieces.toByteArray();
        }
    }
}
