package io.dromedary.tier.ledger;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shelf of a gateway that shares its limits with no other, or cannot reach who it shares them with. It is asked twice on
 * the path of every call: entries do not become text here.
 */
final class MemoryShelf implements Shelf<Entry> {
    private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);

    /** Above so many, those that have outlived their lifespan go. Until then they stay: an old allowance is a full one. */
    private static final int MANY = 10_000;

    private record Kept(Held<Entry> entry, long until) {}

    private final ConcurrentHashMap<String, Kept> byKey = new ConcurrentHashMap<>();
    private final InstantSource clock;

    MemoryShelf(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public CompletionStage<@Nullable Held<Entry>> get(String key) {
        var there = byKey.get(key);
        return CompletableFuture.completedStage(there == null ? null : there.entry);
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, Entry value, Duration lifespan) {
        var now = clock.millis();
        if (byKey.size() >= MANY) {
            byKey.values().removeIf(kept -> kept.until <= now);
        }
        return answer(byKey.putIfAbsent(key, kept(value, lifespan, now)) == null);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<Entry> old, Entry value, Duration lifespan) {
        var there = byKey.get(key);
        return answer(there != null
                && there.entry.isSame(old)
                && byKey.replace(key, there, kept(value, lifespan, clock.millis())));
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<Entry> old) {
        var there = byKey.get(key);
        return answer(there != null && there.entry.isSame(old) && byKey.remove(key, there));
    }

    private static Kept kept(Entry value, Duration lifespan, long now) {
        return new Kept(Held.of(value, Entry.CODEC), now + lifespan.toMillis());
    }

    private static CompletionStage<Boolean> answer(boolean yes) {
        return yes ? YES : NO;
    }
}
