package io.dromedary;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * The diagnostic log: one line per event on standard error, warnings and our own notices. Standard output has the access
 * log alone. {@code -Djava.util.logging.config.file=...} replaces all of this.
 */
final class Logging {
    /** Infinispan warns at each start that it does not keep its own configuration in files, which it is not meant to. */
    private static final String CONFIGURATION = """
            handlers=java.util.logging.ConsoleHandler
            .level=WARNING
            io.dromedary.level=INFO
            org.infinispan.CONFIG.level=SEVERE
            java.util.logging.ConsoleHandler.level=ALL
            java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
            java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s %5$s%6$s%n
            """;

    private Logging() {}

    static void configure() {
        System.setProperty("java.util.logging.manager", "java.util.logging.LogManager");
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try {
            LogManager.getLogManager()
                    .readConfiguration(new ByteArrayInputStream(CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
