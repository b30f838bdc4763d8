package io.dromedary.tier.gate;

import java.time.Duration;

/** Wakes a gate when time alone changes something: at most one is set for each gate. */
@FunctionalInterface
public interface Alarm {
    /**
     * Runs something later, once, on any thread; not within this call. It may come early.
     *
     * @return takes it back; too late for that, it does nothing
     */
    Runnable after(Duration wait, Runnable what);
}
