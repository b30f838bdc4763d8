/** The accounts of callers: what they may use in a minute, what they have used, and what is reserved. */
@NullMarked
package io.dromedary.tier.ledger;

import org.jspecify.annotations.NullMarked;
