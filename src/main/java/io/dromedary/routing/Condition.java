package io.dromedary.routing;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Standing} looks to operators.
 *
 * @param reason the failure that led to it, without secrets or inner addresses; null while nothing is wrong
 * @param until when it ends by itself; null where it does not
 */
public record Condition(
        Kind kind, @Nullable String reason, @Nullable Instant until) {
    static final Condition WELL = new Condition(Kind.CLOSED, null, null);

    /** What keeps attempts away, the gravest first. */
    public enum Kind {
        /** The account is used up, or credentials or configuration are wrong there. */
        MARKED,
        /** The breaker is open: no attempt is made. */
        OPEN,
        /** The next attempt is the probe, or it is under way. */
        HALF_OPEN,
        /** At its limit, and left alone for as long as it asked. */
        COOLING,
        /** A probe succeeded, and a growing share of attempts is made. */
        RAMPING,
        /** Nothing does. */
        CLOSED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** As JSON and the console write it, e.g. {@code half_open}. */
        public String label() {
            return label;
        }
    }
}
