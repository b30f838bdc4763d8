package io.dromedary.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One project of {@code config/keys.yaml}.
 *
 * @param models public names that it may use, with {@code *} at the end for a prefix; empty for all
 * @param overLimit {@code auto} may spill over the limit
 * @param noLimit may ask for the tier {@code no-limit}
 * @param priority may ask for the tier {@code priority}
 */
public record ProjectSettings(
        String name,
        List<Key> keys,
        List<String> models,
        boolean overLimit,
        boolean noLimit,
        boolean priority,
        @Nullable Limits limits) {

    /** @param sha256 hex SHA-256 of the whole key as the client sends it */
    public record Key(String id, String sha256) {}

    /** Per minute; 0 for none. Per model unless shared. */
    public record Limits(long requestsPerMinute, long tokensPerMinute, boolean shared) {}
}
