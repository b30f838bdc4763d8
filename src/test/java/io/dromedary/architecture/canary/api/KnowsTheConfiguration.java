package io.dromedary.architecture.canary.api;

import io.dromedary.architecture.canary.config.Names;

/** The wire depends on another room. */
final class KnowsTheConfiguration {
    String name() {
        return Names.one();
    }
}
