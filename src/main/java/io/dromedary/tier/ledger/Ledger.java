package io.dromedary.tier.ledger;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The accounts of all callers. A call reserves before it goes out and settles when it is over; what it takes and what it
 * gives back is one change each, made by comparing, so that any number of gateways may keep one ledger.
 *
 * <p>Nothing here waits: stages complete at once where the store does, and on any thread where not.
 */
public final class Ledger {
    private static final long TRY_AGAIN = Duration.ofSeconds(1).toMillis();

    private final Book shared;
    private final Book own;
    private final InstantSource clock;
    private final AtomicLong tryAgain = new AtomicLong();

    /**
     * @param shelf where accounts stand, for all gateways; entries are read and written by {@link Entry#CODEC}
     * @param gateway names this run of this gateway and no other: 1 to 64 letters, digits, dashes, dots and underscores
     */
    public Ledger(Shelf<Entry> shelf, String gateway, InstantSource clock) {
        this.shared = new Book(shelf, gateway, clock);
        this.own = new Book(new MemoryShelf(clock), gateway, clock);
        this.clock = clock;
    }

    /** The accounts of one process, kept nowhere else. */
    public static Ledger alone(String gateway, InstantSource clock) {
        return new Ledger(new MemoryShelf(clock), gateway, clock);
    }

    /**
     * Takes one request and the estimated tokens from each account, or nothing from any.
     *
     * @param accounts in whose limits the call must fit; those without limits are left out
     * @param onStoreFailure what limits are worth while the store cannot be reached
     * @return never fails
     */
    public CompletionStage<Verdict> reserve(List<Account> accounts, Estimate estimate, OnStoreFailure onStoreFailure) {
        var limited = limited(accounts);
        return switch (onStoreFailure) {
            case REFUSE -> new Reserving(shared, limited, estimate, clock).verdict();
            case LOCAL ->
                isTriedAgain()
                        ? new Reserving(shared, limited, estimate, clock)
                                .verdict()
                                .thenCompose(verdict -> heard(verdict, limited, estimate))
                        : new Reserving(own, limited, estimate, clock).verdict();
        };
    }

    /**
     * How an account stands now. Takes nothing from it, and never tells what is only remembered.
     *
     * @param onStoreFailure whether this gateway's own count is told while the store cannot be reached
     * @return never fails
     */
    public CompletionStage<Balance> look(Account account, OnStoreFailure onStoreFailure) {
        return switch (onStoreFailure) {
            case REFUSE -> seen(shared, account);
            case LOCAL ->
                isTriedAgain()
                        ? seen(shared, account)
                                .thenCompose(balance -> balance.left() == null ? away(account) : now(balance))
                        : seen(own, account);
        };
    }

    private CompletableFuture<Balance> seen(Book book, Account account) {
        return book.look(account).thenApply(seen -> Balance.of(seen, account.limits(), book == shared));
    }

    private CompletableFuture<Balance> away(Account account) {
        tryLater();
        return seen(own, account);
    }

    private static <T> CompletableFuture<T> now(T known) {
        return CompletableFuture.completedFuture(known);
    }

    /** Settlements that could not be counted at once. Each is, with the next change to its account that the store takes. */
    public long settledLate() {
        return shared.late();
    }

    /** False from a failure of the store to its next answer. */
    public boolean storeAnswers() {
        return !shared.failing();
    }

    private CompletableFuture<Verdict> heard(Verdict verdict, List<Account> accounts, Estimate estimate) {
        if (!(verdict instanceof Verdict.Unreachable)) {
            return now(verdict);
        }
        tryLater();
        return new Reserving(own, accounts, estimate, clock).verdict();
    }

    private void tryLater() {
        tryAgain.set(clock.millis() + TRY_AGAIN);
    }

    /** While the store fails, one call in a while finds out whether it still does. */
    private boolean isTriedAgain() {
        if (!shared.failing()) {
            return true;
        }
        var due = tryAgain.get();
        var now = clock.millis();
        return now >= due && tryAgain.compareAndSet(due, now + TRY_AGAIN);
    }

    private static List<Account> limited(List<Account> accounts) {
        for (var account : accounts) {
            if (account.limits().none()) {
                return accounts.stream().filter(any -> !any.limits().none()).toList();
            }
        }
        return accounts;
    }
}
