package io.dromedary.config;

import java.util.List;

/**
 * One model of {@code config/models.yaml}.
 *
 * @param fallback public models that answer when every backend of this one failed
 * @param aliases other names for it
 * @param resume what becomes of a stream that broke after text was sent
 * @param attempts that one call may cost, over all of its backends and fallbacks
 * @param affinity calls with the same {@code prompt_cache_key}, or else {@code user}, go to the same backend
 */
public record ModelSettings(
        List<String> fallback, List<String> aliases, Resume resume, int attempts, boolean affinity) {
    /** A model that nothing is said about. */
    public static final ModelSettings DEFAULT = new ModelSettings(List.of(), List.of(), Resume.CONTINUE, 5, false);

    /** What becomes of a stream that broke after text was sent. */
    public enum Resume {
        /** Another candidate goes on with it, where that can be done without a seam. */
        CONTINUE,
        /** It ends with an error event. */
        ERROR
    }
}
