package io.dromedary.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** The Node clients of OpenAI and Anthropic in scripts of {@code src/test/clients/node}, each of which says what it expects. */
public final class NodeClients {
    private static final Path SOURCES = Path.of("src", "test", "clients", "node");
    private static final Path FOLDER = Path.of("target", "clients", "node");

    private record Ran(int exitCode, String output) {}

    private NodeClients() {}

    /** Runs a script against a gateway; the test is skipped where Node or the client cannot be had. */
    public static void assertContent(String script, GatewayProcess gateway, String key, String model)
            throws IOException, InterruptedException {
        assumeTrue(runs("node"), "skipped: there is no node on the PATH");
        assumeTrue(runs("npm"), "skipped: there is no npm on the PATH");
        install(script);
        var checked = run(Map.of("BASE_URL", gateway.url() + "/v1", "API_KEY", key, "MODEL", model), "node", script);
        assertThat(checked.exitCode).as(checked.output).isZero();
    }

    private static void install(String script) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        for (var file : List.of("package.json", "package-lock.json", script)) {
            Files.copy(SOURCES.resolve(file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        var installed = run(Map.of(), "npm", "ci", "--no-audit", "--no-fund");
        assumeTrue(installed.exitCode == 0, () -> "skipped: npm could not fetch the client: " + installed.output);
    }

    private static boolean runs(String command) throws InterruptedException {
        try {
            return run(Map.of(), command, "--version").exitCode == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Ran run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .directory((Files.isDirectory(FOLDER) ? FOLDER : SOURCES).toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output);
    }
}
