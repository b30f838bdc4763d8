package io.dromedary.store;

import org.infinispan.commons.api.BasicCache;

/** The caches behind the shelves, wherever they are. */
interface Caches extends AutoCloseable {
    BasicCache<String, String> cache(ShelfName name);

    /** @throws StoreException when not everything could be put away; it is closed all the same */
    @Override
    void close();
}
