package io.dromedary.architecture.canary.config;

/** Writes to the console. */
final class Prints {
    void print() {
        System.err.println("told");
    }
}
