package io.dromedary.backend.dialect.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.backend.dialect.anthropic.AnthropicDialect;
import io.dromedary.backend.dialect.bedrock.BedrockDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole translations as files, in a folder for each dialect: {@code x.request.json} becomes {@code x.sent.json}; {@code
 * x.upstream.json}, the answer to {@code x.for.json}, becomes {@code x.client.json}, and {@code x.upstream.sse} becomes
 * {@code x.client.sse}. {@code -Dgolden.update} rewrites what they become.
 */
final class BlockGoldenTest {
    private static final Path FOLDER = Path.of("src", "test", "resources", "backend", "dialect");

    @TestFactory
    Stream<DynamicTest> anthropic() throws IOException {
        return cases("anthropic", new Golden("anthropic", "claude-sonnet-4-5", "text/event-stream"));
    }

    @TestFactory
    Stream<DynamicTest> bedrock() throws IOException {
        return cases("bedrock", new Golden("bedrock", "anthropic.claude-sonnet-4-5", "text/event-stream"));
    }

    private record Golden(String folder, String upstream, String contentType) {
        Spoken spoken() {
            return folder.equals("anthropic")
                    ? new Spoken(AnthropicDialect::new, upstream, contentType)
                    : new Spoken(BedrockDialect::new, upstream, contentType);
        }

        void check(String file) throws IOException {
            var name = file.substring(0, file.indexOf('.'));
            if (file.endsWith(".request.json")) {
                same(spoken().sent(read(file)), name + ".sent.json");
            } else if (file.endsWith(".upstream.json")) {
                same(spoken().whole(read(name + ".for.json"), read(file)), name + ".client.json");
            } else {
                var text = spoken().stream(read(name + ".for.json"), read(file)).text();
                update(name + ".client.sse", text);
                assertThat(text).isEqualTo(read(name + ".client.sse"));
            }
        }

        private void same(JsonNode actual, String file) throws IOException {
            update(file, actual.toPrettyString() + "\n");
            assertThat(actual).isEqualTo(Spoken.json(read(file)));
        }

        private void update(String file, String text) throws IOException {
            if (System.getProperty("golden.update") != null) {
                Files.writeString(FOLDER.resolve(folder).resolve(file), text, StandardCharsets.UTF_8);
            }
        }

        private String read(String file) throws IOException {
            return Files.readString(FOLDER.resolve(folder).resolve(file));
        }
    }

    private static Stream<DynamicTest> cases(String folder, Golden golden) throws IOException {
        try (var files = Files.list(FOLDER.resolve(folder))) {
            var inputs = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".request.json")
                            || file.endsWith(".upstream.json")
                            || file.endsWith(".upstream.sse"))
                    .sorted()
                    .toList();
            assertThat(inputs).isNotEmpty();
            return inputs.stream().map(file -> dynamicTest(file, () -> golden.check(file)));
        }
    }
}
