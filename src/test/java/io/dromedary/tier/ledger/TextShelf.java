package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A shelf in memory that keeps texts, as a store does. Counts what is asked of it. */
final class TextShelf implements Shelf<Entry> {
    final ConcurrentHashMap<String, String> texts = new ConcurrentHashMap<>();
    final AtomicLong reads = new AtomicLong();
    final AtomicLong writes = new AtomicLong();

    @Override
    public CompletionStage<@Nullable Held<Entry>> get(String key) {
        reads.incrementAndGet();
        return CompletableFuture.completedStage(there(key));
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
        writes.incrementAndGet();
        return CompletableFuture.completedStage(texts.putIfAbsent(key, Entry.CODEC.encode(value)) == null);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
        writes.incrementAndGet();
        return CompletableFuture.completedStage(texts.replace(key, old.text(), Entry.CODEC.encode(value)));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
        return CompletableFuture.completedStage(texts.remove(key, old.text()));
    }

    @Nullable
    Held<Entry> there(String key) {
        var text = texts.get(key);
        return text == null ? null : new Held<>(Entry.CODEC.decode(text), text);
    }
}
