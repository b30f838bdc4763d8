package io.dromedary.tier.ledger;

/**
 * What a call is expected to need.
 *
 * @param prompt tokens that will be read
 * @param completion that will be written at most, or as far as anybody can tell
 * @param requests that it counts as
 */
public record Estimate(long prompt, long completion, int requests) {
    /** Of one request. */
    public Estimate(long prompt, long completion) {
        this(prompt, completion, 1);
    }

    public Estimate {
        prompt = Limits.sensible(prompt);
        completion = Limits.sensible(completion);
    }

    /** Tokens. */
    public long total() {
        return prompt + completion;
    }

    Amount amount() {
        return new Amount(requests, total());
    }
}
