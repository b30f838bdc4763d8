package io.dromedary.api;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Headers of a reply, in the order in which they were set; names are lower case. */
public final class Headers {
    private static final int NONE = -1;

    /** Names at even places, each with its value behind it. */
    private String[] entries = new String[24];

    private int used;

    /** Sets one, replacing an earlier value of the same name. */
    public Headers set(String name, String value) {
        var at = find(name);
        if (at == NONE) {
            at = used;
            if (at == entries.length) {
                entries = Arrays.copyOf(entries, 2 * at);
            }
            entries[at] = name;
            used += 2;
        }
        entries[at + 1] = value;
        return this;
    }

    /** Takes one back; nothing happens where it was not set. */
    public Headers remove(String name) {
        var at = find(name);
        if (at != NONE) {
            System.arraycopy(entries, at + 2, entries, at, used - at - 2);
            used -= 2;
        }
        return this;
    }

    public @Nullable String get(String name) {
        var at = find(name);
        return at == NONE ? null : entries[at + 1];
    }

    public void forEach(BiConsumer<String, String> each) {
        for (var i = 0; i < used; i += 2) {
            each.accept(entries[i], entries[i + 1]);
        }
    }

    private int find(String name) {
        var hash = name.hashCode();
        for (var i = 0; i < used; i += 2) {
            // names are constants, which know their hash; many have the same length and begin alike
            if (entries[i].hashCode() == hash && entries[i].equals(name)) {
                return i;
            }
        }
        return NONE;
    }
}
