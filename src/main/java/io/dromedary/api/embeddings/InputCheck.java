package io.dromedary.api.embeddings;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.Arrays;

/** {@code input}: a text, token ids, or a list of either. */
final class InputCheck {
    private static final String EXPECTED =
            "a string, an array of strings, an array of token ids, or an array of such arrays";

    private final Cursor at;

    private int[] starts = new int[8];
    private int[] ends = new int[8];
    private int size;
    private long tokens;
    private boolean seen;

    InputCheck(Cursor at) {
        this.at = at;
    }

    void read() {
        seen = true;
        if (at.atString()) {
            text();
            return;
        }
        if (!at.atArray()) {
            throw at.wrongType(EXPECTED);
        }
        list();
    }

    private void text() {
        var start = at.start();
        at.filled();
        add(start);
    }

    private void list() {
        var path = at.path();
        var start = at.start();
        at.beginArray(EXPECTED);
        if (!at.element()) {
            throw Faults.emptyArray(path);
        }
        if (at.atInteger()) {
            ids();
            add(start);
            return;
        }
        if (at.atArray()) {
            do {
                if (!at.atArray()) {
                    throw at.wrongType("an array of token ids, as the first one is");
                }
                idList();
            } while (at.element());
        } else {
            do {
                if (!at.atString()) {
                    throw at.wrongType(
                            size == 0
                                    ? "a string, a token id or an array of token ids"
                                    : "a string, as the first one is");
                }
                text();
            } while (at.element());
        }
        if (size > EmbeddingsRequest.MOST_INPUTS) {
            throw Faults.longArray(path, EmbeddingsRequest.MOST_INPUTS, size);
        }
    }

    private void idList() {
        var path = at.path();
        var start = at.start();
        at.beginArray("an array of token ids");
        if (!at.element()) {
            throw Faults.emptyArray(path);
        }
        ids();
        add(start);
    }

    /** From the first to the last of an array of token ids. */
    private void ids() {
        do {
            at.integer(0, Integer.MAX_VALUE);
            tokens++;
        } while (at.element());
    }

    private void add(int start) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        starts[size] = start;
        ends[size] = at.end();
        size++;
    }

    Inputs inputs() {
        if (!seen) {
            throw Faults.missing("input");
        }
        return new Inputs(at.body(), Arrays.copyOf(starts, size), Arrays.copyOf(ends, size), tokens);
    }
}
