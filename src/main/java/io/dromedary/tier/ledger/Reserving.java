package io.dromedary.tier.ledger;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One reservation in the making: account after account, and back where one has too little. Then the others are looked at as
 * well, so that the caller hears of the longest wait.
 */
final class Reserving {
    private final Book book;
    private final List<Account> accounts;
    private final Estimate estimate;
    private final Amount amount;
    private final InstantSource clock;

    Reserving(Book book, List<Account> accounts, Estimate estimate, InstantSource clock) {
        this.book = book;
        this.accounts = accounts;
        this.estimate = estimate;
        this.amount = estimate.amount();
        this.clock = clock;
    }

    CompletableFuture<Verdict> verdict() {
        return from(0, Left.UNLIMITED);
    }

    /** @param left of the accounts before, which have given */
    private CompletableFuture<Verdict> from(int index, Left left) {
        if (index == accounts.size()) {
            return CompletableFuture.completedFuture(
                    new Verdict.Granted(new Reservation(book, accounts, estimate), left));
        }
        var taken = book.take(accounts.get(index), amount);
        return taken.isDone()
                ? taken(index, left, taken.resultNow())
                : taken.thenCompose(outcome -> taken(index, left, outcome));
    }

    private CompletableFuture<Verdict> taken(int index, Left left, Outcome outcome) {
        var after = outcome.after();
        if (outcome.done() && after != null) {
            return from(index + 1, left.and(Left.of(after, accounts.get(index).limits())));
        }
        return refused(index, outcome);
    }

    private CompletableFuture<Verdict> refused(int index, Outcome outcome) {
        var refusal = new Refusal(amount, clock.millis());
        refusal.hear(accounts.get(index), outcome);
        CompletableFuture<Void> heard = CompletableFuture.completedFuture(null);
        for (var i = 0; i < accounts.size(); i++) {
            if (i == index) {
                continue;
            }
            var account = accounts.get(i);
            var seen = i < index ? book.give(account, Movement.givingBack(amount)) : book.look(account);
            heard = heard.thenCombine(seen, (none, other) -> {
                refusal.hear(account, other);
                return null;
            });
        }
        return heard.thenApply(none -> refusal.verdict());
    }
}
