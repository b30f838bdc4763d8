package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole translations as files: {@code x.request.json} becomes {@code x.sent.json}; {@code x.upstream.json} or {@code
 * .sse}, the answer to {@code x.for.json}, becomes {@code x.client.json} or {@code .sse}. {@code -Dgolden.update}
 * rewrites what they become.
 */
final class TgiGoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "backend", "dialect", "tgi");

    @TestFactory
    Stream<DynamicTest> requests() throws IOException {
        return cases(".request.json")
                .map(name -> dynamicTest(name, () -> {
                    var sent = Tgi.sent(Tgi.request(read(name + ".request.json")));
                    assertThat(TgiRules.served(sent)).isEmpty();
                    sameJson(sent, name + ".sent.json");
                }));
    }

    @TestFactory
    Stream<DynamicTest> whole_answers() throws IOException {
        return cases(".upstream.json")
                .map(name -> dynamicTest(name, () -> {
                    var bytes = Tgi.answer(read(name + ".for.json"))
                            .whole(read(name + ".upstream.json").getBytes(StandardCharsets.UTF_8));
                    sameJson(Json.object(Objects.requireNonNull(bytes)), name + ".client.json");
                }));
    }

    @TestFactory
    Stream<DynamicTest> streams() throws IOException {
        return cases(".upstream.sse")
                .map(name -> dynamicTest(name, () -> {
                    var text = Tgi.read(read(name + ".for.json"), read(name + ".upstream.sse"))
                            .text();
                    update(name + ".client.sse", text);
                    assertThat(text).isEqualTo(read(name + ".client.sse"));
                }));
    }

    private static Stream<String> cases(String ending) throws IOException {
        try (var files = Files.list(FOLDER)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ending))
                    .map(file -> file.substring(0, file.length() - ending.length()))
                    .sorted()
                    .toList();
            assertThat(names).isNotEmpty();
            return names.stream();
        }
    }

    private static void sameJson(JsonNode actual, String file) throws IOException {
        update(file, actual.toPrettyString() + "\n");
        assertThat(actual).isEqualTo(Tgi.json(read(file)));
    }

    private static void update(String file, String text) throws IOException {
        if (System.getProperty("golden.update") != null) {
            Files.writeString(FOLDER.resolve(file), text);
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }
}
