package io.dromedary.api.read;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The member names met so far in one open object. Small objects, nearly all, are compared one by one; a large one gets a
 * set, so that a body of a million names costs no more per name than a small one.
 */
final class Names {
    private static final int LARGE = 16;

    private final @Nullable Names outer;
    private @Nullable Names inner;
    private @Nullable String[] few = new String[LARGE / 2];
    private int size;
    private @Nullable Set<String> many;

    Names(@Nullable Names outer) {
        this.outer = outer;
    }

    /** For an object inside this one; objects that follow each other at one depth take turns with it. */
    Names enter() {
        if (inner == null) {
            inner = new Names(this);
        }
        inner.size = 0;
        inner.many = null;
        return inner;
    }

    /** The object around this one. */
    Names leave() {
        return outer == null ? this : outer;
    }

    /** False where the object has that name already. */
    boolean add(String name) {
        if (many != null) {
            return many.add(name);
        }
        for (var i = 0; i < size; i++) {
            if (name.equals(few[i])) {
                return false;
            }
        }
        if (size == LARGE) {
            many = set();
            return many.add(name);
        }
        if (size == few.length) {
            few = Arrays.copyOf(few, LARGE);
        }
        few[size++] = name;
        return true;
    }

    private Set<String> set() {
        var set = new HashSet<String>();
        for (var name : few) {
            if (name != null) {
                set.add(name);
            }
        }
        return set;
    }
}
