package io.dromedary.tier;

import io.dromedary.api.ServiceTier;
import io.dromedary.config.Lane;
import io.dromedary.config.TierSettings.Report;
import io.dromedary.tier.ledger.Account;
import io.dromedary.tier.ledger.Balance;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How a caller stands: what it may use, and what is left of that.
 *
 * @param auto the tiers that {@code auto} stands for, as they are tried
 * @param tiers that may serve it
 * @param report how answers name the tier that served them
 * @param lines of its accounts; none for a caller without limits
 */
public record Statement(List<ServiceTier> auto, Set<ServiceTier> tiers, Report report, List<Line> lines) {
    /** An account and how it stands. */
    public record Line(Account account, Balance balance) {}

    /** Where calls of it may wait, the highest first. */
    public Set<Lane> lanes() {
        var lanes = EnumSet.noneOf(Lane.class);
        tiers.forEach(tier -> lanes.add(Lane.of(tier)));
        return lanes;
    }
}
