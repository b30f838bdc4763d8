package io.dromedary.tier.ledger;

/**
 * A change to an allowance.
 *
 * @param requests that it has more, negative for less
 * @param tokens that it has more, negative for less
 * @param requestsUsed that count as used for good
 * @param tokensUsed that count as used for good
 */
record Movement(long requests, long tokens, long requestsUsed, long tokensUsed) {
    static final Movement NOTHING = new Movement(0, 0, 0, 0);

    static Movement taking(Amount amount) {
        return new Movement(-amount.requests(), -amount.tokens(), 0, 0);
    }

    static Movement givingBack(Amount amount) {
        return new Movement(amount.requests(), amount.tokens(), 0, 0);
    }

    Movement plus(Movement more) {
        return isNothing()
                ? more
                : new Movement(
                        requests + more.requests,
                        tokens + more.tokens,
                        requestsUsed + more.requestsUsed,
                        tokensUsed + more.tokensUsed);
    }

    Movement minus(Movement less) {
        return new Movement(
                requests - less.requests,
                tokens - less.tokens,
                requestsUsed - less.requestsUsed,
                tokensUsed - less.tokensUsed);
    }

    boolean isNothing() {
        return requests == 0 && tokens == 0 && requestsUsed == 0 && tokensUsed == 0;
    }
}
