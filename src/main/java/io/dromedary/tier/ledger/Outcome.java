package io.dromedary.tier.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What became of a posting.
 *
 * @param done it changed the account as it was meant to
 * @param after the account then, or null where the store could not be reached
 */
record Outcome(boolean done, @Nullable Allowance after) {
    static final Outcome UNREACHABLE = new Outcome(false, null);
}
