package io.dromedary.responses;

import java.util.ArrayList;
import java.util.List;

/**
 * Which responses one continues, named in few words: would each name all that are before it, then what a turn reads grew
 * with the square of how many there are. From the first one on they are in blocks of {@value #BLOCK}, and the last of a block
 * names the others of it.
 *
 * @param ends ids of the last of each whole block, the first one first
 * @param near ids of those after them, in order
 */
public record Lineage(List<String> ends, List<String> near) {
    static final int BLOCK = 32;
    static final Lineage NONE = new Lineage(List.of(), List.of());

    public Lineage {
        ends = List.copyOf(ends);
        near = List.copyOf(near);
    }

    /** @param ancestors ids of all, the first one first */
    static Lineage of(List<String> ancestors) {
        var whole = ancestors.size() / BLOCK;
        List<String> ends = new ArrayList<>(whole);
        for (var block = 1; block <= whole; block++) {
            ends.add(ancestors.get(block * BLOCK - 1));
        }
        return new Lineage(ends, ancestors.subList(whole * BLOCK, ancestors.size()));
    }

    /** The ids that it names itself. */
    List<String> named() {
        if (ends.isEmpty()) {
            return near;
        }
        List<String> named = new ArrayList<>(ends.size() + near.size());
        named.addAll(ends);
        named.addAll(near);
        return named;
    }

    /** The others of the block that ends with the response whose lineage this is. */
    List<String> block() {
        // records of the first days name all that are before them
        return near.size() < BLOCK ? near : near.subList(near.size() - (BLOCK - 1), near.size());
    }
}
