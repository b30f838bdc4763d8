package io.dromedary.tier.ledger;

/**
 * Tokens that a call is expected to need.
 *
 * @param prompt that will be read
 * @param completion that will be written at most, or as far as anybody can tell
 */
public record Estimate(long prompt, long completion) {
    public Estimate {
        prompt = Limits.sensible(prompt);
        completion = Limits.sensible(completion);
    }

    public long total() {
        return prompt + completion;
    }
}
