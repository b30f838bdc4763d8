package io.dromedary.routing;

import io.dromedary.tier.Serving;

/** How long one call stands in front of gates, at however many at a time. Lives on the call's event loop. */
final class QueueTime {
    private final Serving serving;
    private final GateObserver observer;
    private boolean runs;
    private long since;
    private long nanos = -1;

    QueueTime(Serving serving, GateObserver observer) {
        this.serving = serving;
        this.observer = observer;
    }

    /** It waits; nothing changes where it did already. */
    void begins() {
        if (!runs) {
            runs = true;
            since = System.nanoTime();
        }
    }

    /** It waits no more; nothing changes where it did not. */
    void ends(GateObserver.End how) {
        if (runs) {
            runs = false;
            var wait = System.nanoTime() - since;
            nanos = Math.max(0, nanos) + wait;
            observer.waited(serving.lane(), wait, how);
        }
    }

    /** All in all, as far as it has ended; -1 where it never waited. */
    long nanos() {
        return nanos;
    }
}
