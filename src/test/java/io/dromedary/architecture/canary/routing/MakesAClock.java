package io.dromedary.architecture.canary.routing;

import java.time.Clock;
import java.time.InstantSource;

/** Has a clock of its own. */
final class MakesAClock {
    private final InstantSource clock = Clock.systemUTC();

    InstantSource clock() {
        return clock;
    }
}
