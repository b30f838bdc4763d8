package io.dromedary.store;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** All shelves, open. */
public final class Store implements AutoCloseable {
    private final Patience patience = new Patience(Duration.ofSeconds(30));

    private final Caches caches;

    /** What a local store does not give to Infinispan. */
    private final Map<ShelfName, MemoryShelf.Texts> memory = new ConcurrentHashMap<>();

    private volatile boolean closed;

    private Store(Caches caches) {
        this.caches = caches;
    }

    /**
     * Opens what the settings name. Takes its time: not for an event loop.
     *
     * @throws StoreException when it cannot be used
     */
    public static Store open(StoreSettings settings) {
        return new Store(
                switch (settings) {
                    case StoreSettings.Local local -> EmbeddedCaches.open(local);
                    case StoreSettings.Remote remote -> RemoteCaches.open(remote);
                });
    }

    /** Shelves of one name hold the same values; whoever opens them agrees on the codec of a key. */
    public <T> Shelf<T> shelf(ShelfName name, Codec<T> codec) {
        if (caches.local() && !name.durable()) {
            var texts = memory.computeIfAbsent(name, any -> new MemoryShelf.Texts());
            return new MemoryShelf<>(name, texts, codec, () -> closed);
        }
        return new CacheShelf<>(name, caches.cache(name), caches.unlooked(name), codec, () -> closed, patience);
    }

    /** Shelves fail from here on. What was under way ends either way. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            caches.close();
        }
    }
}
