package io.dromedary.architecture.canary.routing;

/** Measures, which is allowed. */
final class CountsNanos {
    long since(long then) {
        return System.nanoTime() - then;
    }
}
