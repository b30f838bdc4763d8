package io.dromedary.store;

import org.infinispan.commons.api.BasicCache;

/** The caches behind the shelves, wherever they are. */
interface Caches extends AutoCloseable {
    BasicCache<String, String> cache(ShelfName name);

    /** The same, for keys that nothing was put under: it does not look for what is there before it puts. */
    BasicCache<String, String> unlooked(ShelfName name);

    /** They are in this process, and nobody else's: those of shelves that are durable, and no others. */
    boolean local();

    /** @throws StoreException when not everything could be put away; it is closed all the same */
    @Override
    void close();
}
