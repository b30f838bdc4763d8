package io.dromedary.backend;

import org.jspecify.annotations.Nullable;

/**
 * What a server says of itself.
 *
 * @param model that it has loaded, in its own words; null where it does not say
 * @param version of the server; null where it does not say
 * @param contextWindow tokens of prompt and answer together; 0 where it does not say
 * @param concurrency requests that it takes at once; 0 where it does not say
 * @param maxInputs texts that one request may have; 0 where it does not say
 */
public record SelfReport(
        @Nullable String model, @Nullable String version, int contextWindow, int concurrency, int maxInputs) {
    /** Of a server that takes one text at a time. */
    public SelfReport(@Nullable String model, @Nullable String version, int contextWindow, int concurrency) {
        this(model, version, contextWindow, concurrency, 0);
    }
}
