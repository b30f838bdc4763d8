package io.dromedary.architecture.canary.routing;

import java.util.concurrent.ThreadLocalRandom;

/** Takes the dice of the thread. */
final class TakesRandom {
    int roll() {
        return ThreadLocalRandom.current().nextInt(6);
    }
}
