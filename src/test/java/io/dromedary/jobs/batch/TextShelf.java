package io.dromedary.jobs.batch;

import io.dromedary.store.Codec;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A shelf in memory on which nothing ever ends. */
final class TextShelf<T> implements Shelf<T> {
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final Codec<T> codec;

    /** So many replacements fail. */
    final AtomicInteger failures = new AtomicInteger();

    /** How often something was looked for. */
    final AtomicInteger reads = new AtomicInteger();

    TextShelf(Codec<T> codec) {
        this.codec = codec;
    }

    @Override
    public CompletionStage<@Nullable Held<T>> get(String key) {
        reads.incrementAndGet();
        var text = texts.get(key);
        return CompletableFuture.completedStage(text == null ? null : new Held<>(codec.decode(text), text));
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
        return CompletableFuture.completedStage(texts.putIfAbsent(key, codec.encode(value)) == null);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return CompletableFuture.failedStage(new StoreException("not now"));
        }
        return CompletableFuture.completedStage(texts.replace(key, old.text(), codec.encode(value)));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<T> old) {
        return CompletableFuture.completedStage(texts.remove(key, old.text()));
    }
}
