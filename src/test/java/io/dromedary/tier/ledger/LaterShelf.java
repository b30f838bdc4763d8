package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A shelf that answers on other threads. */
record LaterShelf(Shelf<Entry> shelf, Executor threads) implements Shelf<Entry> {
    @Override
    public CompletionStage<@Nullable Held<Entry>> get(String key) {
        return later(() -> shelf.get(key));
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
        return later(() -> shelf.putIfAbsent(key, value, lifespan));
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
        return later(() -> shelf.replace(key, old, value, lifespan));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
        return later(() -> shelf.remove(key, old));
    }

    private <T extends @Nullable Object> CompletionStage<T> later(Supplier<CompletionStage<T>> asked) {
        return CompletableFuture.supplyAsync(asked, threads).thenCompose(answer -> answer);
    }
}
