package io.dromedary.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
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
        var checked = run(script, gateway, key, Map.of("MODEL", model));
        assertThat(checked.exitCode).as(checked.output).isZero();
    }

    /**
     * Likewise, of a script that writes what it found as a line of JSON each.
     *
     * @param subject that it is told of, as the file {@code SUBJECT}
     */
    public static List<ObjectNode> found(String script, GatewayProcess gateway, JsonNode subject)
            throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        var file = Files.write(FOLDER.resolve(script + ".json"), Json.bytes(subject));
        var ran = run(
                script,
                gateway,
                GatewayProcess.KEY,
                Map.of("SUBJECT", file.toAbsolutePath().toString()));
        assertThat(ran.exitCode).as(ran.output).isZero();
        return ran.output
                .lines()
                // what is no JSON is a warning of Node's
                .filter(line -> line.startsWith("{"))
                .map(line -> Json.object(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static Ran run(String script, GatewayProcess gateway, String key, Map<String, String> more)
            throws IOException, InterruptedException {
        assumeTrue(runs("node"), "skipped: there is no node on the PATH");
        assumeTrue(runs("npm"), "skipped: there is no npm on the PATH");
        install();
        var environment = new HashMap<>(more);
        environment.put("BASE_URL", gateway.url() + "/v1");
        environment.put("API_KEY", key);
        return run(environment, "node", script);
    }

    /** The clients are fetched anew where others are locked now. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        var there = FOLDER.resolve("fetched-lock.json");
        var lock = SOURCES.resolve("package-lock.json");
        try (var sources = Files.list(SOURCES)) {
            for (var source : sources.filter(Files::isRegularFile).toList()) {
                Files.copy(source, FOLDER.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (Files.exists(there) && Files.mismatch(there, lock) == -1) {
            return;
        }
        var installed = run(Map.of(), "npm", "ci", "--no-audit", "--no-fund");
        assumeTrue(installed.exitCode == 0, () -> "skipped: npm could not fetch the client: " + installed.output);
        Files.copy(lock, there, StandardCopyOption.REPLACE_EXISTING);
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
