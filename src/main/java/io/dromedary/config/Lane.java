package io.dromedary.config;

import io.dromedary.api.ServiceTier;
import java.util.Locale;

/** Who goes first at a backend: the lanes in front of each, highest first. */
public enum Lane {
    PRIORITY,
    DEFAULT,
    OVER_LIMIT,
    FLEX;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As configuration and metrics write it, e.g. {@code over-limit}. */
    public String word() {
        return word;
    }

    /** Whether it only uses what the lanes above leave, and gives way to them until an answer has begun. */
    public boolean isSpare() {
        return this == OVER_LIMIT || this == FLEX;
    }

    /** The lane of a tier that serves a call. */
    public static Lane of(ServiceTier serving) {
        return switch (serving) {
            case PRIORITY -> PRIORITY;
            case DEFAULT, NO_LIMIT -> DEFAULT;
            case OVER_LIMIT -> OVER_LIMIT;
            case FLEX -> FLEX;
            case AUTO -> throw new IllegalArgumentException("auto is asked for; another tier serves");
        };
    }
}
