package io.dromedary.tier.ledger;

import org.jspecify.annotations.Nullable;

/**
 * How an account stands at a moment.
 *
 * @param left null where the store could not be reached, so that nobody can tell
 * @param shared as the store has it, for all gateways; false where this gateway counts on its own
 */
public record Balance(@Nullable Left left, boolean shared) {
    /** Nobody can tell. */
    public static final Balance UNKNOWN = new Balance(null, true);

    static Balance of(Outcome seen, Limits limits, boolean shared) {
        var allowance = seen.after();
        return new Balance(allowance == null ? null : Left.of(allowance, limits), shared);
    }
}
