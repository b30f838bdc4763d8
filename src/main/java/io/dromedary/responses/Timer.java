package io.dromedary.responses;

import java.time.Duration;

/** Runs things later. */
@FunctionalInterface
public interface Timer {
    /**
     * Runs something once, on any thread; not within this call.
     *
     * @return takes it back; too late for that, it does nothing
     */
    Runnable after(Duration wait, Runnable what);
}
