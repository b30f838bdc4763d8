package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.testing.GatewayProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a folder, as it is shipped, but for where the folder is. */
final class FolderExampleIT {
    private static final Path EXAMPLE = Path.of("routes", "examples", "folder-batches.camel.yaml");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEYS = """
            projects:
              acme:
                keys: [{ id: ci, sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 }]
            """;

    @TempDir
    private Path folder;

    private Path routes() throws Exception {
        var routes = folder.resolve("routes");
        if (Files.isDirectory(routes)) {
            return routes;
        }
        Files.createDirectory(routes);
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (var file : shipped.filter(Files::isRegularFile).toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                routes.resolve(EXAMPLE.getFileName()),
                Files.readString(EXAMPLE).replace("file:data/inbox", "file:" + folder.resolve("inbox")));
        return routes;
    }

    private GatewayProcess gateway(String pace) throws Exception {
        return GatewayProcess.with()
                .config("keys.yaml", KEYS)
                .backend("backend", "dialect: simulator\nmodels: { sim: }\noptions: { pace: " + pace + " }\n")
                .flag("--routes", routes().toString())
                .flag("--data", folder.resolve("data").toString())
                .start();
    }

    private static String lines(int count, String model) {
        return IntStream.range(0, count)
                .mapToObj(i -> """
                        {"custom_id":"line-%d","method":"POST","url":"/v1/chat/completions","body":{"model":"%s",\
                        "messages":[{"role":"user","content":"say:answer %d"}]}}
                        """.formatted(i, model, i))
                .collect(Collectors.joining());
    }

    private Path inbox(String name) throws Exception {
        return Files.createDirectories(folder.resolve("inbox")).resolve(name);
    }

    private void awaitFile(String name) {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(inbox(name)));
    }

    @Test
    void the_check_accepts_it_and_takes_nothing_from_the_folder() throws Exception {
        Files.writeString(inbox("a.jsonl"), lines(1, "sim"));
        assertThat(RouteTrial.problems(routes())).isEmpty();
        assertThat(inbox("a.jsonl")).exists();
        assertThat(inbox("taken")).doesNotExist();
    }

    @Test
    void a_file_becomes_a_batch_and_its_results_land_beside_it() throws Exception {
        try (var gateway = gateway("0ms")) {
            Files.writeString(inbox("fine.jsonl"), lines(20, "sim"));
            Files.writeString(inbox("wrong.jsonl"), "no json\n");

            awaitFile("fine_output.jsonl");
            var output = Files.readAllLines(inbox("fine_output.jsonl"));
            assertThat(output).hasSize(20);
            for (var line : output) {
                var read = JSON.readTree(line);
                assertThat(read.at("/response/status_code").asInt()).isEqualTo(200);
                assertThat(read.at("/response/body/choices/0/message/content").asText())
                        .isEqualTo("answer " + read.path("custom_id").asText().substring(5));
            }
            assertThat(JSON.readTree(inbox("fine.json").toFile()).path("status").asText())
                    .isEqualTo("completed");
            assertThat(inbox("fine_error.jsonl")).doesNotExist();
            assertThat(inbox("taken").resolve("fine.jsonl")).exists();

            awaitFile("wrong.json");
            var wrong = JSON.readTree(inbox("wrong.json").toFile());
            assertThat(wrong.path("status").asText()).isEqualTo("failed");
            assertThat(wrong.at("/errors/data/0/line").asInt()).isEqualTo(1);
            await().atMost(Duration.ofSeconds(20)).until(() -> isEmpty(inbox("running")));
            assertThat(gateway.log()).noneMatch(line -> line.contains("WARNING"));
        }
    }

    @Test
    void a_gateway_that_starts_again_goes_on_with_what_the_one_before_had_taken() throws Exception {
        try (var killed = gateway("100ms")) {
            Files.writeString(inbox("long.jsonl"), lines(200, "sim"));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(inbox("running").resolve("long.json")));
            killed.kill();
        }
        assertThat(inbox("long_output.jsonl")).doesNotExist();
        try (var next = gateway("0ms")) {
            awaitFile("long_output.jsonl");
            assertThat(Files.readAllLines(inbox("long_output.jsonl"))).hasSize(200);
            assertThat(next.process().isAlive()).isTrue();
        }
    }

    private static boolean isEmpty(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
