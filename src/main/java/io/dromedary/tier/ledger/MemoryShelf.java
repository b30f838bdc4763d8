package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A shelf of one process, for while the store cannot be reached. What is there stays: an old allowance is a full one. */
final class MemoryShelf implements Shelf<Entry> {
    private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);

    private final ConcurrentHashMap<String, Held<Entry>> values = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<@Nullable Held<Entry>> get(String key) {
        return CompletableFuture.completedStage(values.get(key));
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
        return answer(values.putIfAbsent(key, new Held<>(value, value.text())) == null);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
        var replaced = values.computeIfPresent(
                key, (any, there) -> there.text().equals(old.text()) ? new Held<>(value, value.text()) : there);
        return answer(replaced != null && replaced.text().equals(value.text()));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
        var there = values.get(key);
        return answer(there != null && there.text().equals(old.text()) && values.remove(key, there));
    }

    private static CompletionStage<Boolean> answer(boolean yes) {
        return yes ? YES : NO;
    }
}
