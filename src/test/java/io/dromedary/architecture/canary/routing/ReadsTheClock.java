package io.dromedary.architecture.canary.routing;

import java.time.Instant;
import java.util.function.Supplier;

/** Takes the time, by reference. */
final class ReadsTheClock {
    private final Supplier<Instant> now = Instant::now;

    Instant now() {
        return now.get();
    }
}
