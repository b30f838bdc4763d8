package io.dromedary.config;

import io.dromedary.api.ServiceTier;
import io.dromedary.config.TierSettings.Report;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One project of {@code config/keys.yaml}.
 *
 * @param models public names that it may use, with {@code *} at the end for a prefix; empty for all
 * @param overLimit {@code auto} may spill over the limit
 * @param noLimit may ask for the tier {@code no-limit}
 * @param priority may ask for the tier {@code priority}
 * @param limits of all its keys together, or null for none
 * @param auto its own ladder, of at least one tier; null for that of {@link TierSettings}
 * @param report how answers name the tier that served them; null for what {@link TierSettings} says
 */
public record ProjectSettings(
        String name,
        List<Key> keys,
        List<String> models,
        boolean overLimit,
        boolean noLimit,
        boolean priority,
        @Nullable Limits limits,
        @Nullable List<ServiceTier> auto,
        @Nullable Report report) {

    /** One that leaves the tiers as they are. */
    public ProjectSettings(
            String name,
            List<Key> keys,
            List<String> models,
            boolean overLimit,
            boolean noLimit,
            boolean priority,
            @Nullable Limits limits) {
        this(name, keys, models, overLimit, noLimit, priority, limits, null, null);
    }

    /** Whether a call of this project may be served by that tier; asking for it by name is another matter. */
    public boolean mayUse(ServiceTier tier) {
        return switch (tier) {
            case AUTO, DEFAULT, FLEX -> true;
            case OVER_LIMIT -> overLimit;
            case NO_LIMIT -> noLimit;
            case PRIORITY -> priority;
        };
    }

    /**
     * @param sha256 hex SHA-256 of the whole key as the client sends it
     * @param limits of this key alone, on top of the project's; null for none
     */
    public record Key(String id, String sha256, @Nullable Limits limits) {
        /** One without limits of its own. */
        public Key(String id, String sha256) {
            this(id, sha256, null);
        }
    }

    /**
     * How much a caller may use.
     *
     * @param requestsPerMinute of each model, or of all together; 0 for no limit; at most 1e9
     * @param tokensPerMinute likewise; at most 1e12
     * @param shared all models count together instead of each for itself; then no model has limits of its own
     * @param dynamic the limits grow while they are used up and shrink again, never under what stands here
     * @param models by public name, what counts instead for that model
     */
    public record Limits(
            long requestsPerMinute,
            long tokensPerMinute,
            boolean shared,
            boolean dynamic,
            Map<String, PerMinute> models) {

        /** The same for every model, for good. */
        public Limits(long requestsPerMinute, long tokensPerMinute, boolean shared) {
            this(requestsPerMinute, tokensPerMinute, shared, false, Map.of());
        }

        /** What counts for a model; where they are shared, what counts for it and all others together. */
        public PerMinute of(String publicModel) {
            var own = models.get(publicModel);
            return own == null ? new PerMinute(requestsPerMinute, tokensPerMinute) : own;
        }
    }

    /** Requests and tokens that may be used within a minute; 0 for no limit. */
    public record PerMinute(long requests, long tokens) {}
}
