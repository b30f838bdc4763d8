package io.dromedary.tier.ledger;

import java.util.Locale;

/** What is limited. */
public enum Kind {
    REQUESTS,
    TOKENS;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As error types and headers write it, e.g. {@code tokens}. */
    public String word() {
        return word;
    }
}
