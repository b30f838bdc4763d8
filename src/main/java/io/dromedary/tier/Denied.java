package io.dromedary.tier;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.error.Refusal;
import java.util.Locale;

/**
 * Why a tier could not serve a call.
 *
 * @param refusal what the caller is told where no other tier does
 */
public record Denied(ServiceTier tier, Reason reason, Refusal refusal) {
    /** What was in the way. */
    public enum Reason {
        /** The caller's requests per minute. */
        REQUESTS,
        /** The caller's tokens per minute. */
        TOKENS,
        /** The call alone needs more tokens than a minute has. */
        TOO_LARGE,
        /** As many wait in its lane as may. */
        QUEUE_FULL,
        /** It waited in its lane until its deadline. */
        DEADLINE,
        /** The store that keeps the limits could not be reached. */
        STORE;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** As metrics write it, e.g. {@code too_large}. */
        public String word() {
            return word;
        }
    }
}
