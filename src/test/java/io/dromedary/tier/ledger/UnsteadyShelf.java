package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shelf that fails, before it has written or after, and loses races against nobody. */
final class UnsteadyShelf implements Shelf<Entry> {
    private final Shelf<Entry> shelf;
    private final SplittableRandom random;

    volatile double failsBefore;
    volatile double failsAfter;
    volatile double loses;

    UnsteadyShelf(Shelf<Entry> shelf, long seed) {
        this.shelf = shelf;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public CompletionStage<@Nullable Held<Entry>> get(String key) {
        return happens(failsBefore) ? failed() : shelf.get(key);
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
        return written(() -> shelf.putIfAbsent(key, value, lifespan));
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
        return written(() -> shelf.replace(key, old, value, lifespan));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
        return written(() -> shelf.remove(key, old));
    }

    private CompletionStage<Boolean> written(Supplier<CompletionStage<Boolean>> write) {
        if (happens(failsBefore)) {
            return failed();
        }
        if (happens(loses)) {
            return CompletableFuture.completedStage(false);
        }
        var answer = write.get();
        return happens(failsAfter) ? answer.thenCompose(any -> failed()) : answer;
    }

    private synchronized boolean happens(double share) {
        return random.nextDouble() < share;
    }

    private static <T extends @Nullable Object> CompletionStage<T> failed() {
        return CompletableFuture.failedStage(new StoreException("it is away", new IOException("reset")));
    }
}
