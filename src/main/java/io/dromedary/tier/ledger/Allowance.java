package io.dromedary.tier.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an account has left at a moment: requests and tokens in one value, both refilled all the time. It is never more
 * than a minute's worth, and may be less than nothing. A limit that changes holds at once.
 *
 * <p>Dynamic limits are adjusted every 15 minutes by what was settled in them. However often somebody looks meanwhile, and
 * whoever does, the same comes out.
 *
 * @param at epoch milliseconds; never goes back, for the clocks of gateways differ
 * @param period epoch milliseconds at which the period of dynamic limits began, 0 where they are not
 */
record Allowance(Credit requests, Credit tokens, long at, long period) {
    static final long PERIOD_MINUTES = 15;
    static final long PERIOD = PERIOD_MINUTES * 60_000;

    private static final Duration SHORT_LIFE = Duration.ofMinutes(2);
    private static final long SPARE_LIFE = 60_000;

    /** Periods after which twenty times the base has come down to it, and one more. */
    private static final int DECAY = 10;

    static Allowance full(Limits limits, long now) {
        return new Allowance(Credit.FULL, Credit.FULL, now, 0).at(limits, now);
    }

    /** After a time without use. */
    Allowance at(Limits limits, long now) {
        var until = Math.max(at, now);
        if (!limits.dynamic()) {
            return refilled(limits, requests.fixed(), tokens.fixed(), at, until, 0);
        }
        var r = requests;
        var t = tokens;
        var from = at;
        var began = period == 0 ? until : period;
        while (until - began >= PERIOD) {
            if (r.settled() && t.settled()) {
                began += (until - began) / PERIOD * PERIOD;
                break;
            }
            var end = began + PERIOD;
            r = r.refilled(limits.requestsPerMinute(), end - from).rescaled(limits.requestsPerMinute(), PERIOD_MINUTES);
            t = t.refilled(limits.tokensPerMinute(), end - from).rescaled(limits.tokensPerMinute(), PERIOD_MINUTES);
            from = Math.max(from, end);
            began = end;
        }
        return refilled(limits, r, t, from, until, began);
    }

    /** The same object where nothing changes, as it is for the second look within a millisecond. */
    @SuppressWarnings("ReferenceEquality")
    private Allowance refilled(Limits limits, Credit r, Credit t, long from, long until, long period) {
        var requests = r.refilled(limits.requestsPerMinute(), until - from);
        var tokens = t.refilled(limits.tokensPerMinute(), until - from);
        return requests == this.requests && tokens == this.tokens && until == at && period == this.period
                ? this
                : new Allowance(requests, tokens, until, period);
    }

    /** What there is too little of, or null where the amount can be taken. */
    @Nullable
    Kind lacks(Limits limits, Amount amount) {
        if (!requests.holds(limits.requestsPerMinute(), amount.requests())) {
            return Kind.REQUESTS;
        }
        return tokens.holds(limits.tokensPerMinute(), amount.tokens()) ? null : Kind.TOKENS;
    }

    /** After a change at the same moment. */
    Allowance moved(Limits limits, Movement by) {
        var counted = limits.dynamic();
        return new Allowance(
                requests.moved(limits.requestsPerMinute(), by.requests(), counted ? by.requestsUsed() : 0),
                tokens.moved(limits.tokensPerMinute(), by.tokens(), counted ? by.tokensUsed() : 0),
                at,
                period);
    }

    /**
     * When the amount can be had if nobody else takes any: whole seconds from now, 1 at least, and the fewest that do; or -1
     * for never. To be asked when it cannot be had now.
     */
    long secondsUntil(Limits limits, Amount amount, long now) {
        var seconds = 1L;
        // each turn but the last comes to the end of a period
        for (var turn = 0; turn <= 2 * DECAY; turn++) {
            var then = at(limits, now + 1000 * seconds);
            if (then.lacks(limits, amount) == null) {
                return seconds;
            }
            var r = then.requests.millisUntil(limits.requestsPerMinute(), amount.requests());
            var t = then.tokens.millisUntil(limits.tokensPerMinute(), amount.tokens());
            var moment = r < 0 || t < 0 ? Long.MAX_VALUE : then.at + Math.max(r, t);
            if (limits.dynamic()) {
                moment = Math.min(moment, then.period + PERIOD);
            }
            if (moment == Long.MAX_VALUE) {
                return -1;
            }
            seconds = Math.max(seconds + 1, Math.ceilDiv(moment - now, 1000));
        }
        return -1;
    }

    /** How long it is worth keeping: until it is as if it had never been. */
    Duration lifespan(Limits limits) {
        var full = Math.max(
                requests.millisUntilFull(limits.requestsPerMinute()), tokens.millisUntilFull(limits.tokensPerMinute()));
        var decayed = limits.dynamic() ? DECAY * PERIOD : 0;
        var worth = Math.max(full, decayed);
        return worth <= 60_000 ? SHORT_LIFE : Duration.ofMillis(worth + SPARE_LIFE);
    }
}
