package io.dromedary.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An operator's files in a folder of their own, for one test. */
final class SettingsFolder {
    static final String BACKEND = """
            dialect: openai
            url: https://api.example.com/v1
            models:
              chat-small: {}
            """;

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();

    SettingsFolder(Path root) {
        this.root = root;
    }

    /** @param file e.g. {@code backends/a.yaml} */
    SettingsFolder write(String file, String text) {
        try {
            var path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    SettingsFolder set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Path path(String file) {
        return root.resolve(file);
    }

    SettingsFiles files() {
        return new SettingsFiles(root.resolve("backends"), root.resolve("config"), environment::get);
    }

    Settings read() throws SettingsException {
        return files().read();
    }

    BackendSettings backend(String name) throws SettingsException {
        return Objects.requireNonNull(read().backends().get(name));
    }

    ProjectSettings project(String name) throws SettingsException {
        return Objects.requireNonNull(read().projects().get(name));
    }

    List<Problem> problems() {
        return catchThrowableOfType(SettingsException.class, this::read).problems();
    }
}
