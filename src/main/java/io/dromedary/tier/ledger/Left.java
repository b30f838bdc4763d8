package io.dromedary.tier.ledger;

/** What a caller has left; of several accounts, of each kind the one with the least. */
public record Left(Share requests, Share tokens) {
    /** Of a caller without limits. */
    public static final Left UNLIMITED = new Left(Share.UNLIMITED, Share.UNLIMITED);

    static Left of(Allowance allowance, Limits limits) {
        return new Left(
                Share.of(allowance.requests(), limits.requestsPerMinute(), limits, allowance),
                Share.of(allowance.tokens(), limits.tokensPerMinute(), limits, allowance));
    }

    Left and(Left other) {
        return new Left(requests.tighter(other.requests), tokens.tighter(other.tokens));
    }
}
