package io.dromedary;

import java.util.Map;

/**
 * Settings of the libraries below that cost CPU on every call and give a gateway nothing. Each can be set otherwise with
 * {@code -D} on the command line.
 */
final class Tuning {
    private static final Map<String, String> PROPERTIES = Map.of(
            // a clock reading around every event
            "vertx.disableContextTimings", "true",
            // which would look at the class path for every file that nobody serves
            "vertx.disableFileCPResolving", "true",
            // samples every 128th buffer with a stack trace; the tests run with every one
            "io.netty.leakDetection.level", "disabled");

    private Tuning() {}

    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
