package io.dromedary.config;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator's files are.
 *
 * @param backends folder of backend files
 * @param config folder of the rest
 * @param environment value of a variable, or null; what {@code ${env:NAME}} and {@code requires} look at
 */
public record SettingsFiles(Path backends, Path config, UnaryOperator<@Nullable String> environment) {
    /**
     * Reads and checks everything.
     *
     * @throws SettingsException with every problem that was found
     */
    public Settings read() throws SettingsException {
        throw new UnsupportedOperationException();
    }
}
