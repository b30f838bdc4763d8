package io.dromedary.jobs.batch;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a batch is; those that come later stand later, but for the four ends, of which it reaches one. */
public enum BatchStatus {
    VALIDATING,
    IN_PROGRESS,
    FINALIZING,
    CANCELLING,
    COMPLETED,
    FAILED,
    EXPIRED,
    CANCELLED;

    /** Nothing of it changes any more. */
    public boolean ended() {
        return compareTo(COMPLETED) >= 0;
    }

    /** As the batch object writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The member of the batch object that says when it was reached. */
    String reachedAt() {
        return this == VALIDATING ? "created_at" : word() + "_at";
    }

    static @Nullable BatchStatus of(@Nullable String word) {
        for (var status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return null;
    }
}
