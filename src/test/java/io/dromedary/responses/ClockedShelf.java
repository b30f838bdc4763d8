package io.dromedary.responses;

import io.dromedary.store.Codec;
import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A shelf in memory where time is the test's. Counts what is asked of it, and loses answers when it is told to. */
final class ClockedShelf<T> implements Shelf<T> {
    private record Entry(String text, long until) {}

    private final Codec<T> codec;
    private final InstantSource clock;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();

    /** So many changes take place and are said not to have, as when a client asks again after a lost answer. */
    final AtomicInteger answersToLose = new AtomicInteger();

    /** Done once, before the next replacement. */
    @Nullable
    Runnable beforeReplacing;

    /** Done once, before many are read. */
    @Nullable
    Runnable beforeReading;

    ClockedShelf(Codec<T> codec, InstantSource clock) {
        this.codec = codec;
        this.clock = clock;
    }

    @Override
    public CompletionStage<@Nullable Held<T>> get(String key) {
        reads.incrementAndGet();
        return CompletableFuture.completedStage(held(key));
    }

    @Override
    public CompletionStage<Map<String, Held<T>>> getAll(Collection<String> keys) {
        var before = beforeReading;
        beforeReading = null;
        if (before != null) {
            before.run();
        }
        reads.incrementAndGet();
        var found = new HashMap<String, Held<T>>();
        for (var key : keys) {
            var held = held(key);
            if (held != null) {
                found.put(key, held);
            }
        }
        return CompletableFuture.completedStage(found);
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
        writes.incrementAndGet();
        var done = new boolean[1];
        entries.compute(key, (any, entry) -> {
            done[0] = entry == null || text(entry) == null;
            return done[0] || entry == null ? entry(value, lifespan) : entry;
        });
        return answer(done[0]);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
        var before = beforeReplacing;
        beforeReplacing = null;
        if (before != null) {
            before.run();
        }
        writes.incrementAndGet();
        var done = new boolean[1];
        entries.computeIfPresent(key, (any, entry) -> {
            done[0] = old.text().equals(text(entry));
            return done[0] ? entry(value, lifespan) : entry;
        });
        return answer(done[0]);
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<T> old) {
        writes.incrementAndGet();
        var entry = entries.get(key);
        return answer(entry != null && old.text().equals(text(entry)) && entries.remove(key, entry));
    }

    /** What is there now. */
    int size() {
        return (int) entries.keySet().stream().filter(key -> text(key) != null).count();
    }

    String texts() {
        return entries.keySet().stream().map(this::text).toList().toString();
    }

    private CompletionStage<Boolean> answer(boolean done) {
        return CompletableFuture.completedStage(done && answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) == 0);
    }

    private Entry entry(T value, Duration lifespan) {
        return new Entry(codec.encode(value), clock.millis() + lifespan.toMillis());
    }

    private @Nullable Held<T> held(String key) {
        var text = text(key);
        return text == null ? null : new Held<>(codec.decode(text), text);
    }

    private @Nullable String text(String key) {
        var entry = entries.get(key);
        return entry == null ? null : text(entry);
    }

    private @Nullable String text(Entry entry) {
        return clock.millis() < entry.until ? entry.text : null;
    }
}
