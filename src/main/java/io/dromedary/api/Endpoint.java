package io.dromedary.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a model is asked for. Completions, messages and responses are chat by the time they get to a model. */
public enum Endpoint {
    CHAT("messages"),
    EMBEDDINGS("input"),
    RERANK("documents"),
    TRANSCRIPTIONS("file"),
    TRANSLATIONS("file");

    private final String word = name().toLowerCase(Locale.ROOT);
    private final String prompt;

    Endpoint(String prompt) {
        this.prompt = prompt;
    }

    /** As backend files, metrics and traces write it, e.g. {@code embeddings}. */
    public String word() {
        return word;
    }

    /** The member of a request that has what the model reads. */
    public String prompt() {
        return prompt;
    }

    /** The endpoint of that word, or null where it is none of these. */
    public static @Nullable Endpoint of(String word) {
        for (var endpoint : values()) {
            if (endpoint.word.equals(word)) {
                return endpoint;
            }
        }
        return null;
    }
}
