package io.dromedary.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Headers of a reply, in the order in which they were set; names are lower case. */
public final class Headers {
    private final List<String> namesAndValues = new ArrayList<>(8);

    /** Sets one, replacing an earlier value of the same name. */
    public Headers set(String name, String value) {
        for (var i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equals(name)) {
                namesAndValues.set(i + 1, value);
                return this;
            }
        }
        namesAndValues.add(name);
        namesAndValues.add(value);
        return this;
    }

    /** Takes one back; nothing happens where it was not set. */
    public Headers remove(String name) {
        for (var i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equals(name)) {
                namesAndValues.subList(i, i + 2).clear();
                break;
            }
        }
        return this;
    }

    public @Nullable String get(String name) {
        for (var i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equals(name)) {
                return namesAndValues.get(i + 1);
            }
        }
        return null;
    }

    public void forEach(BiConsumer<String, String> each) {
        for (var i = 0; i < namesAndValues.size(); i += 2) {
            each.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }
}
