package io.dromedary.responses;

import io.dromedary.store.Codec;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A shelf in memory that counts its reads, keeps to lifespans, holds writes back and fails when a test says so. */
final class CountedShelf<T> implements Shelf<T> {
    private record Text(String text, Instant until) {}

    private final Map<String, Text> texts = new HashMap<>();
    private final List<Runnable> back = new ArrayList<>();
    private final Codec<T> codec;
    private final InstantSource clock;
    int gets;
    int batches;
    int writes;
    boolean holding;
    boolean failing;

    CountedShelf(Codec<T> codec, InstantSource clock) {
        this.codec = codec;
        this.clock = clock;
    }

    /** How many there are. */
    synchronized int size() {
        texts.values().removeIf(text -> !text.until().isAfter(clock.instant()));
        return texts.size();
    }

    /** As if it had run out. */
    synchronized void forget(String key) {
        texts.remove(key);
    }

    /** The writes that were held back take place. */
    void release() {
        holding = false;
        var all = List.copyOf(back);
        back.clear();
        all.forEach(Runnable::run);
    }

    @Override
    public synchronized CompletionStage<@Nullable Held<T>> get(String key) {
        gets++;
        return failing ? failure() : CompletableFuture.completedStage(there(key));
    }

    @Override
    public synchronized CompletionStage<Map<String, Held<T>>> getAll(Collection<String> keys) {
        batches++;
        if (failing) {
            return failure();
        }
        Map<String, Held<T>> found = new HashMap<>();
        for (var key : keys) {
            var held = there(key);
            if (held != null) {
                found.put(key, held);
            }
        }
        return CompletableFuture.completedStage(found);
    }

    private @Nullable Held<T> there(String key) {
        var there = texts.get(key);
        return there == null || !there.until().isAfter(clock.instant())
                ? null
                : new Held<>(codec.decode(there.text()), there.text());
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
        return written(() -> there(key) == null && put(key, value, lifespan));
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
        return written(() -> is(key, old) && put(key, value, lifespan));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<T> old) {
        return written(() -> is(key, old) && texts.remove(key) != null);
    }

    private boolean is(String key, Held<T> old) {
        var there = there(key);
        return there != null && there.text().equals(old.text());
    }

    private boolean put(String key, T value, Duration lifespan) {
        texts.put(key, new Text(codec.encode(value), clock.instant().plus(lifespan)));
        return true;
    }

    private synchronized CompletionStage<Boolean> written(BooleanSupplier write) {
        writes++;
        if (failing) {
            return failure();
        }
        if (!holding) {
            return CompletableFuture.completedStage(write.getAsBoolean());
        }
        var later = new CompletableFuture<Boolean>();
        back.add(() -> {
            boolean done;
            synchronized (this) {
                done = write.getAsBoolean();
            }
            later.complete(done);
        });
        return later;
    }

    private static <A> CompletionStage<A> failure() {
        return CompletableFuture.failedStage(new StoreException("the shelf is away"));
    }
}
