package io.dromedary.responses;

import io.dromedary.store.StoreException;

/** Counts tries to compare and set. Each that fails is one that somebody else's change got in between. */
final class Tries {
    private static final int MOST = 100;

    private Tries() {}

    /**
     * The number of the next one.
     *
     * @throws StoreException where there were so many that it cannot be for that reason
     */
    static int another(String key, int tries) {
        if (tries >= MOST) {
            throw new StoreException(key + " was read and changed by others meanwhile, " + tries + " times in a row");
        }
        return tries + 1;
    }
}
