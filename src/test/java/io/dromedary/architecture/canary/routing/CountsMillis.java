package io.dromedary.architecture.canary.routing;

/** Takes the time as a number. */
final class CountsMillis {
    long now() {
        return System.currentTimeMillis();
    }
}
