package io.dromedary.architecture.canary.routing;

import java.util.UUID;

/** Makes up a name. */
final class NamesThings {
    String name() {
        return UUID.randomUUID().toString();
    }
}
