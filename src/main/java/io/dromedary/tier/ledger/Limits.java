package io.dromedary.tier.ledger;

/**
 * What an account may use.
 *
 * @param requestsPerMinute 0 for as many as there are
 * @param tokensPerMinute 0 for as many as there are
 * @param dynamic these are the base of limits that follow use, see {@link Allowance}
 */
public record Limits(long requestsPerMinute, long tokensPerMinute, boolean dynamic) {
    /** Nobody has more than this per minute. */
    static final long MOST = 1_000_000_000_000L;

    public static final Limits NONE = new Limits(0, 0, false);

    /** @throws IllegalArgumentException where one is negative */
    public Limits {
        if (requestsPerMinute < 0 || tokensPerMinute < 0) {
            throw new IllegalArgumentException("a limit is 0 or more");
        }
        requestsPerMinute = Math.min(requestsPerMinute, MOST);
        tokensPerMinute = Math.min(tokensPerMinute, MOST);
    }

    /** A number of tokens that sums cannot overflow with, whatever a backend reports. */
    static long sensible(long tokens) {
        return Math.clamp(tokens, 0, MOST);
    }

    /** Nothing is limited. */
    public boolean none() {
        return requestsPerMinute == 0 && tokensPerMinute == 0;
    }
}
