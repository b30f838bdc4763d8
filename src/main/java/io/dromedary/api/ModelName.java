package io.dromedary.api;

/**
 * A model as callers name it, e.g. {@code gpt-4o-mini} or {@code meta-llama/Llama-3.1-8B-Instruct}.
 *
 * @param value never empty
 */
public record ModelName(String value) {
    public ModelName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a model name is never empty");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
