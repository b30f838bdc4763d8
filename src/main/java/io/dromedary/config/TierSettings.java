package io.dromedary.config;

import io.dromedary.api.ServiceTier;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * {@code config/tiers.yaml}.
 *
 * @param lanes every lane is there
 * @param auto the ladder: the tiers that {@code auto} stands for, in the order in which they are tried
 * @param report how answers name the tier that served them
 * @param onStoreFailure what limits are worth while the store cannot be reached
 */
public record TierSettings(
        Map<Lane, LaneSettings> lanes, List<ServiceTier> auto, Report report, OnStoreFailure onStoreFailure) {

    /**
     * @param queue calls that may wait
     * @param deadline how long each may wait
     * @param keepFree share of a backend's concurrency that the lane leaves alone, from 0 to 1
     */
    public record LaneSettings(int queue, Duration deadline, double keepFree) {}

    /** How answers name the tier that served them. */
    public enum Report {
        /** By the words of this gateway. */
        EXACT,
        /** {@code over-limit} and {@code no-limit} are written {@code default}, for clients with closed enums. */
        OPENAI
    }

    /** What limits are worth while the store cannot be reached. */
    public enum OnStoreFailure {
        /** Nobody gets in who has limits. */
        REFUSE,
        /** Each gateway counts for itself. */
        LOCAL
    }

    /** What holds where nothing is said. */
    public static final TierSettings DEFAULT = new TierSettings(
            Map.of(
                    Lane.PRIORITY, new LaneSettings(256, Duration.ofSeconds(10), 0),
                    Lane.DEFAULT, new LaneSettings(256, Duration.ofSeconds(10), 0),
                    Lane.OVER_LIMIT, new LaneSettings(64, Duration.ofSeconds(2), 0),
                    Lane.FLEX, new LaneSettings(1000, Duration.ofSeconds(60), 0.1)),
            List.of(ServiceTier.DEFAULT, ServiceTier.OVER_LIMIT),
            Report.EXACT,
            OnStoreFailure.REFUSE);
}
