package io.dromedary.api.audio;

import java.util.List;

/** The values of {@code timestamp_granularities}. */
public enum Granularity {
    WORD("word"),
    SEGMENT("segment");

    /** As they are written. */
    static final List<String> WORDS = List.of("word", "segment");

    private final String word;

    Granularity(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
