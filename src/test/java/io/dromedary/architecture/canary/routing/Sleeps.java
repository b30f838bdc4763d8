package io.dromedary.architecture.canary.routing;

import java.time.Duration;

/** Blocks the thread that it is on. */
final class Sleeps {
    interface Nap {
        void take(Duration length) throws InterruptedException;
    }

    Nap nap() {
        return Thread::sleep;
    }
}
