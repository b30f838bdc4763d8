package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole translations as files. {@code x.request.json} becomes {@code dialect.x.sent.json} for each dialect, with what was
 * left out or why it is refused; {@code dialect.x.upstream.sse} becomes {@code dialect.x.client.sse}, with the failure
 * behind it where it has one. {@code -Dgolden.update} rewrites what they become.
 */
final class FamilyGoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "backend", "dialect", "family");

    @TestFactory
    Stream<DynamicTest> requests() throws IOException {
        return files(".request.json").stream()
                .flatMap(name -> Kin.DIALECTS.keySet().stream().sorted().map(dialect -> {
                    var file = dialect + "." + name + ".sent.json";
                    return dynamicTest(file, () -> {
                        var sent = sent(dialect, read(name + ".request.json"));
                        update(file, sent.toPrettyString() + "\n");
                        assertThat(sent).isEqualTo(Json.MAPPER.readTree(read(file)));
                    });
                }));
    }

    private static JsonNode sent(String dialect, String request) {
        var shown = Json.MAPPER.createObjectNode();
        try {
            var outgoing = Kin.dialect(dialect).chat(ChatRequests.of(request), Kin.target(dialect, Map.of()));
            if (outgoing.elsewhere() != null) {
                shown.put("path", outgoing.elsewhere().path());
            }
            outgoing.dropped().forEach(shown.putArray("dropped")::add);
            shown.set("body", Json.object(outgoing.body()));
        } catch (RefusedException e) {
            shown.put("refused", e.refusal().param()).put("message", e.refusal().message());
        }
        return shown;
    }

    @TestFactory
    Stream<DynamicTest> streams() throws IOException {
        return files(".upstream.sse").stream()
                .map(name -> dynamicTest(name, () -> {
                    var body = Answers.bytes(read(name + ".upstream.sse"));
                    var dialect = name.substring(0, name.indexOf('.'));
                    var shown = shown(dialect, body, body.length);
                    update(name + ".client.sse", shown);
                    assertThat(shown).isEqualTo(read(name + ".client.sse"));
                    for (var piece : new int[] {1, 3, 17, 200}) {
                        assertThat(shown(dialect, body, piece))
                                .as("in pieces of %d bytes", piece)
                                .isEqualTo(shown);
                    }
                }));
    }

    private static String shown(String dialect, byte[] body, int piece) {
        var answer = Kin.answer(dialect, true, Map.of("thinkTags", dialect.equals("together")));
        var shown = Answers.stream(answer, body, piece);
        return answer.failure() == null ? shown : shown + answer.failure() + "\n";
    }

    private static List<String> files(String ending) throws IOException {
        try (var files = Files.list(FOLDER)) {
            var names = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(ending))
                    .map(file -> file.substring(0, file.length() - ending.length()))
                    .sorted()
                    .toList();
            assertThat(names).isNotEmpty();
            return names;
        }
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
