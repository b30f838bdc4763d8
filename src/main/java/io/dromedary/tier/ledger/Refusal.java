package io.dromedary.tier.ledger;

import org.jspecify.annotations.Nullable;

/** Makes a verdict of the accounts of a call that may not go on. Not thread-safe. */
final class Refusal {
    private final Amount amount;
    private final long now;
    private Left left = Left.UNLIMITED;
    private long longest;
    private @Nullable Account slowest;
    private @Nullable Allowance there;

    Refusal(Amount amount, long now) {
        this.amount = amount;
        this.now = now;
    }

    void hear(Account account, Outcome outcome) {
        var allowance = outcome.after();
        if (allowance == null) {
            return;
        }
        var limits = account.limits();
        left = left.and(Left.of(allowance, limits));
        if (allowance.lacks(limits, amount) == null) {
            return;
        }
        var seconds = allowance.secondsUntil(limits, amount, now);
        var longer = seconds < 0 ? Long.MAX_VALUE : seconds;
        if (longer > longest) {
            longest = longer;
            slowest = account;
            there = allowance;
        }
    }

    Verdict verdict() {
        if (slowest == null || there == null) {
            return new Verdict.Unreachable();
        }
        var limits = slowest.limits();
        if (longest == Long.MAX_VALUE) {
            var requests = there.requests().limit(limits.requestsPerMinute());
            if (limits.requestsPerMinute() > 0 && amount.requests() > requests) {
                return new Verdict.TooLarge(slowest, Kind.REQUESTS, requests, amount.requests(), left);
            }
            var tokens = there.tokens().limit(limits.tokensPerMinute());
            return new Verdict.TooLarge(slowest, Kind.TOKENS, tokens, amount.tokens(), left);
        }
        var kind = there.at(limits, now + 1000 * (longest - 1)).lacks(limits, amount);
        return kind == Kind.TOKENS
                ? new Verdict.TooSoon(kind, slowest, there.tokens().limit(limits.tokensPerMinute()), longest, left)
                : new Verdict.TooSoon(
                        Kind.REQUESTS, slowest, there.requests().limit(limits.requestsPerMinute()), longest, left);
    }
}
