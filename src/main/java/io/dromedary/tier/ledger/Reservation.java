package io.dromedary.tier.ledger;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request and its estimated tokens, taken from each account. It belongs to a call, which settles it when it closes. */
public final class Reservation {
    private static final CompletionStage<?> DONE = CompletableFuture.completedStage(null);

    private final Book book;
    private final List<Account> accounts;
    private final Estimate estimate;
    private final AtomicBoolean settled = new AtomicBoolean();

    Reservation(Book book, List<Account> accounts, Estimate estimate) {
        this.book = book;
        this.accounts = accounts;
        this.estimate = estimate;
    }

    public Estimate estimate() {
        return estimate;
    }

    /**
     * Pays for what was used and gives back the rest. Only the first settlement counts.
     *
     * @return complete when it is counted, or owed until the store takes it; never fails, and completes on any thread
     */
    public CompletionStage<?> settle(Settlement settlement) {
        if (!settled.compareAndSet(false, true) || accounts.isEmpty()) {
            return DONE;
        }
        var movement = movement(settlement);
        if (accounts.size() == 1) {
            return book.give(accounts.getFirst(), movement);
        }
        var all = accounts.stream().map(account -> book.give(account, movement)).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all);
    }

    /** Tokens that are paid by this settlement. */
    public long price(Settlement settlement) {
        return switch (settlement) {
            case Settlement.Exact exact -> exact.prompt() + exact.completion();
            case Settlement.AtLeast some -> Math.max(estimate.prompt(), some.prompt()) + some.streamed();
            case Settlement.Nothing nothing -> 0;
        };
    }

    private Movement movement(Settlement settlement) {
        if (settlement instanceof Settlement.Nothing) {
            return Movement.givingBack(estimate.amount());
        }
        var tokens = price(settlement);
        return new Movement(0, estimate.total() - tokens, estimate.requests(), tokens);
    }
}
