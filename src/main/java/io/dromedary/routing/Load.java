package io.dromedary.routing;

import java.util.concurrent.atomic.AtomicInteger;

/** The attempts under way at one backend, over all of its models. */
final class Load {
    private final AtomicInteger attempts = new AtomicInteger();

    void raise() {
        attempts.incrementAndGet();
    }

    void lower() {
        attempts.decrementAndGet();
    }

    int now() {
        return attempts.get();
    }
}
