package io.dromedary.jobs;

import java.util.Locale;

/** What jobs are about. */
public enum Kind {
    /** A chat completion that is fetched later. */
    DEFERRED,
    /** A response that is made in the background. */
    BACKGROUND,
    BATCH;

    /** As it stands in records, metrics and the log. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
