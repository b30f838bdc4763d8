package io.dromedary.observe;

import java.util.Locale;

/** How a call came to its end. */
public enum Ended {
    /** The caller has all of the answer. */
    ANSWERED,
    /** The caller has an error instead of an answer, whoever refused: the gateway, or every backend. */
    REFUSED,
    /** The caller went away before the end. */
    LEFT,
    /** The answer broke off after some of it had been sent, and the caller was told. */
    CUT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** As logs and metrics write it, e.g. {@code answered}. */
    public String label() {
        return label;
    }
}
