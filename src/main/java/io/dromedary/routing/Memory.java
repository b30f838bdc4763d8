package io.dromedary.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all streams together may remember of what they sent, in bytes, so that another backend can go on where one breaks.
 * A stream that would go beyond forgets, and ends with an error event where it breaks.
 */
public final class Memory {
    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most bytes, of all streams together */
    public Memory(long most) {
        this.most = most;
    }

    boolean take(int bytes) {
        if (held.addAndGet(bytes) <= most) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    /** What is held now; 0 when no stream is open. */
    public long held() {
        return held.get();
    }
}
