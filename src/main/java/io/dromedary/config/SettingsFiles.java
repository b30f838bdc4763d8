package io.dromedary.config;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator's files are. A folder or a file that is not there counts as empty.
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
        return new SettingsReader(Sources.capture(backends, config), environment).read();
    }

    /**
     * A hash of the content of every file that {@link #read} would look at, those of <code>${file:...}</code> included.
     * Parses nothing, so that it can be asked every few seconds. Equal to {@link Settings#fingerprint} while nothing has
     * changed.
     */
    public String fingerprint() {
        return Sources.capture(backends, config).fingerprint();
    }
}
