package io.dromedary.tier.gate;

import java.util.Locale;

/** Why a visit did not get in. */
public enum Refused implements Entry {
    /** As many wait in its lane as may. */
    QUEUE_FULL,
    /** Its time is up. */
    DEADLINE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As metrics write it, e.g. {@code queue_full}. */
    public String word() {
        return word;
    }
}
