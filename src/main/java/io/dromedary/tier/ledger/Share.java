package io.dromedary.tier.ledger;

/**
 * What is left of one kind.
 *
 * @param limit per minute, as it is now; 0 for none
 * @param remaining of a full minute's worth, 0 at least
 * @param resetMillis until that is full again
 * @param scale of a dynamic limit in ten-thousandths, 0 where it is not one
 * @param usedPercent of a dynamic limit on average in the period under way
 * @param periodMillis until a dynamic limit is next adjusted
 */
public record Share(long limit, long remaining, long resetMillis, int scale, int usedPercent, long periodMillis) {
    static final Share UNLIMITED = new Share(0, 0, 0, 0, 0, 0);

    static Share of(Credit credit, long base, Limits limits, Allowance allowance) {
        if (base == 0) {
            return UNLIMITED;
        }
        var limit = credit.limit(base);
        var remaining = Math.max(0, credit.level() / Credit.UNIT);
        var reset = credit.millisUntilFull(base);
        if (!limits.dynamic()) {
            return new Share(limit, remaining, reset, 0, 0, 0);
        }
        var percent = (int) Math.min(1000, 100 * credit.used() / (limit * Allowance.PERIOD_MINUTES));
        var period = allowance.period() + Allowance.PERIOD - allowance.at();
        return new Share(limit, remaining, reset, credit.scale(), percent, period);
    }

    /** The one that is sooner used up. */
    Share tighter(Share other) {
        if (limit == 0 || other.limit == 0) {
            return limit == 0 ? other : this;
        }
        if (remaining != other.remaining) {
            return remaining < other.remaining ? this : other;
        }
        return resetMillis >= other.resetMillis ? this : other;
    }
}
