package io.dromedary.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DockerfileTest {
    private List<String> lines;

    @BeforeEach
    void read() throws IOException {
        lines = Files.readString(Path.of("Dockerfile"))
                .replace("\\\n", " ")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    @Test
    void it_builds_with_a_jdk_and_runs_on_a_jre_of_the_same_version() {
        var images = instructions("FROM");

        assertThat(images).hasSize(2);
        assertThat(images.get(0)).matches("eclipse-temurin:25\\.[\\d._]+-jdk-noble AS build");
        assertThat(images.get(1)).isEqualTo(images.get(0).replace("-jdk-noble AS build", "-jre-noble"));
    }

    @Test
    void it_does_not_run_as_root() {
        assertThat(instructions("USER")).singleElement().asString().matches("[1-9]\\d*:[1-9]\\d*");
    }

    @Test
    void it_stops_on_the_signal_that_drains() {
        assertThat(instructions("STOPSIGNAL")).containsExactly("SIGTERM");
        assertThat(instructions("ENTRYPOINT")).containsExactly("[\"./dromedary\"]");
    }

    @Test
    void its_health_check_tells_live_from_not() throws Exception {
        var check = instructions("HEALTHCHECK").getFirst();
        var command = texts(check.substring(check.indexOf("CMD") + 3));

        assertThat(HealthCheck.run(command, "/observe/health/live", 200)).isZero();
        assertThat(HealthCheck.run(command, "/observe/health/live", 500)).isNotZero();
    }

    @Test
    void only_what_it_copies_is_sent_to_the_builder() throws IOException {
        var sent = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        var copied = instructions("COPY").stream()
                .filter(copy -> !copy.startsWith("--from"))
                .flatMap(copy -> {
                    var words = List.of(copy.split("\\s+"));
                    return words.subList(0, words.size() - 1).stream();
                })
                .toList();

        assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("*");
        assertThat(copied).containsExactlyInAnyOrderElementsOf(sent);
    }

    private List<String> instructions(String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(name.length()).strip())
                .toList();
    }

    private static List<String> texts(String json) {
        var list = Objects.requireNonNull(Json.read(json.getBytes(StandardCharsets.UTF_8)), json);
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
