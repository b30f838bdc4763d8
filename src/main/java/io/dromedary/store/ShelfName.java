package io.dromedary.store;

import java.util.Locale;

/** The shelves that there are. */
public enum ShelfName {
    /** Stored responses with their input items. */
    RESPONSES(true),
    /** Events of streams that can be resumed. */
    EVENTS(true),
    /** Work that outlives its request. */
    JOBS(true),
    /** Completions that are fetched later. */
    DEFERRED(true),
    BATCHES(true),
    FILES(true),
    /** Which ids an owner has, in the order in which they came. */
    LISTS(true),
    /** That the content of a file is still wanted; on servers without a folder that is shared, the content too. */
    BLOBS(true),
    /** What conversations are, and which items they have. */
    CONVERSATIONS(true),
    /** The items of conversations. */
    ITEMS(true),
    /** What the gateways of one store know and nobody else. */
    SECRETS(true),
    /** What is left of limits. They begin full where memory was lost. */
    ALLOWANCES(false);

    private final boolean durable;

    ShelfName(boolean durable) {
        this.durable = durable;
    }

    /** True where a write is complete only once it would outlive the process. */
    boolean durable() {
        return durable;
    }

    /** The name of its cache. */
    String cache() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return cache();
    }
}
