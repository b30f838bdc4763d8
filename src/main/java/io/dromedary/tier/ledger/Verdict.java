package io.dromedary.tier.ledger;

/** Whether a call may go on as far as the limits of its accounts are concerned. One that may not has used nothing. */
public sealed interface Verdict {
    /**
     * It may.
     *
     * @param reservation to be settled once, however the call ends
     * @param left with the reservation taken
     */
    record Granted(Reservation reservation, Left left) implements Verdict {}

    /**
     * Not now.
     *
     * @param kind what is short the longest
     * @param account that has too little, the one that takes longest where several have
     * @param limit of that kind, per minute, as it is now
     * @param retryAfter whole seconds after which it may, if nobody else calls meanwhile
     */
    record TooSoon(Kind kind, Account account, long limit, long retryAfter, Left left) implements Verdict {
        /** For the caller, e.g. {@code Rate limit reached for chat-small in project acme: 600 requests per minute. Try again in 2 s.} */
        public String message() {
            return "Rate limit reached for " + account.name() + ": " + limit + " " + kind.word()
                    + " per minute. Try again in " + retryAfter + " s.";
        }
    }

    /**
     * Never: it needs more than a minute has.
     *
     * @param limit per minute, as it is now
     */
    record TooLarge(Account account, Kind kind, long limit, long asked, Left left) implements Verdict {
        /** For the caller. */
        public String message() {
            if (kind == Kind.REQUESTS) {
                return "Request too large for " + account.name() + ": it counts as " + asked
                        + " requests, and the limit is " + limit + " requests per minute. Ask for less at once.";
            }
            return "Request too large for " + account.name() + ": about " + asked + " tokens, and the limit is " + limit
                    + " tokens per minute. Send less, or lower 'max_completion_tokens'.";
        }
    }

    /** Nobody can tell, for the store cannot be reached. */
    record Unreachable() implements Verdict {}
}
