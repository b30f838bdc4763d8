package io.dromedary.call;

import org.jspecify.annotations.Nullable;

/**
 * What a WebSocket remembers from one turn to the next: its last response, where that is stored nowhere else. Lives on the
 * event loop of its connection, and ends with it. A turn that fails takes it along.
 */
public final class ConnectionMemory {
    private @Nullable String id;
    private @Nullable Object turn;

    /**
     * Remembers a turn instead of the one before.
     *
     * @param id of its response
     * @param turn whatever the next one needs of it; nobody looks inside
     */
    public void remember(String id, Object turn) {
        this.id = id;
        this.turn = turn;
    }

    /** The turn, or null where that was another one, or it is forgotten. */
    public @Nullable Object recall(String id) {
        return id.equals(this.id) ? turn : null;
    }

    /** Forgets the turn; nothing happens where it was another one. */
    public void forget(String id) {
        if (id.equals(this.id)) {
            clear();
        }
    }

    /** Forgets whatever there is. */
    public void clear() {
        id = null;
        turn = null;
    }
}
