package io.dromedary.testing.wire;

/** What may be wrong at a backend, whatever the words in which it says so. */
public enum Fault {
    /** Too many requests with our key. */
    RATE_LIMITED,
    /** Too many requests of everybody's. */
    OVERLOADED,
    /** It failed inside. */
    BROKEN,
    /** Our key is wrong. */
    UNAUTHORIZED,
    /** Our quota is used up. */
    USED_UP,
    /** It does not know the model that our configuration names. */
    UNKNOWN_MODEL,
    /** The caller's own fault. */
    BAD_REQUEST,
    /** The prompt does not fit the model. */
    TOO_LONG
}
