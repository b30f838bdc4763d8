package io.dromedary.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A service tier, as a request asks for it or an answer reports it. The provider's own words are not among them. */
public enum ServiceTier {
    /** The best that the caller may have; asked for, never reported. */
    AUTO,
    /** Within the caller's limits. */
    DEFAULT,
    /** Beyond the caller's limits, on spare capacity; reported, never asked for. */
    OVER_LIMIT,
    /** Takes no credits and goes last, on spare capacity. */
    FLEX,
    /** An entitlement: as default, without limits. */
    NO_LIMIT,
    /** An entitlement: before default. */
    PRIORITY;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As {@code service_tier} writes it, e.g. {@code over-limit}. */
    public String word() {
        return word;
    }

    /** The tier of that word, or null where it is none of these. */
    public static @Nullable ServiceTier of(String word) {
        for (var tier : values()) {
            if (tier.word.equals(word)) {
                return tier;
            }
        }
        return null;
    }
}
