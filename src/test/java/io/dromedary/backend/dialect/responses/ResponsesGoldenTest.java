package io.dromedary.backend.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequests;
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
 * Whole translations as files: {@code x.request.json} becomes {@code x.sent.json}; {@code x.upstream.json} or {@code .sse},
 * the answer to {@code x.for.json}, becomes {@code x.client.json} or {@code .sse}. Where there is {@code x.native.json},
 * the request has it for its native form.
 */
final class ResponsesGoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "backend", "dialect", "responses");

    @TestFactory
    Stream<DynamicTest> requests() throws IOException {
        return cases(".request.json")
                .map(name -> dynamicTest(name, () -> {
                    var sent = Upstream.sent(request(name, ".request.json"));
                    assertThat(sent).isEqualTo(Json.object(bytes(name + ".sent.json")));
                }));
    }

    @TestFactory
    Stream<DynamicTest> whole_answers() throws IOException {
        return cases(".upstream.json")
                .map(name -> dynamicTest(name, () -> {
                    var shown = Upstream.answer(request(name, ".for.json")).whole(bytes(name + ".upstream.json"));
                    assertThat(Json.object(Objects.requireNonNull(shown)).toPrettyString())
                            .isEqualTo(Json.object(bytes(name + ".client.json")).toPrettyString());
                }));
    }

    @TestFactory
    Stream<DynamicTest> streams_however_they_are_cut() throws IOException {
        return cases(".upstream.sse")
                .map(name -> dynamicTest(name, () -> {
                    for (var piece : List.of(1, 7, 1 << 20)) {
                        var reading = Upstream.read(request(name, ".for.json"), read(name + ".upstream.sse"), piece);
                        assertThat(reading.text()).isEqualTo(read(name + ".client.sse"));
                    }
                }));
    }

    private static ChatRequest request(String name, String ending) throws IOException {
        var request = ChatRequests.of(read(name + ending));
        return Files.exists(FOLDER.resolve(name + ".native.json"))
                ? request.withNativeForm(bytes(name + ".native.json"))
                : request;
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

    private static String read(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }

    private static byte[] bytes(String file) throws IOException {
        return read(file).getBytes(StandardCharsets.UTF_8);
    }
}
