package io.dromedary.architecture.canary.routing;

import java.security.SecureRandom;

/** Makes dice. */
final class MakesRandom {
    int roll() {
        return new SecureRandom().nextInt(6);
    }
}
