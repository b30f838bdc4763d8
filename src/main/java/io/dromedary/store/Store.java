package io.dromedary.store;

import java.time.Duration;
import java.time.InstantSource;

/** All shelves, open. */
public final class Store implements AutoCloseable {
    private final Patience patience = new Patience(Duration.ofSeconds(30));

    private final Caches caches;

    private volatile boolean closed;

    private Store(Caches caches) {
        this.caches = caches;
    }

    /**
     * Opens what the settings name. Takes its time: not for an event loop.
     *
     * @throws StoreException when it cannot be used
     */
    public static Store open(StoreSettings settings, InstantSource clock) {
        return new Store(
                switch (settings) {
                    case StoreSettings.Local local -> EmbeddedCaches.open(local, clock);
                    case StoreSettings.Remote remote -> RemoteCaches.open(remote);
                });
    }

    /** Other gateways may use it at the same time. */
    public boolean shared() {
        return !caches.local();
    }

    /**
     * Shelves of one name hold the same values; whoever opens them agrees on the codec of a key.
     *
     * @throws IllegalArgumentException where a store that is not shared has no such shelf
     */
    public <T> Shelf<T> shelf(ShelfName name, Codec<T> codec) {
        if (!shared() && !name.durable()) {
            throw new IllegalArgumentException(
                    name + " are kept for gateways that share them, and this store is of one");
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
