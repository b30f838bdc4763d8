/** What a caller may use now: the ledger of its allowances, and the gate in front of each backend. */
@NullMarked
package io.dromedary.tier;

import org.jspecify.annotations.NullMarked;
