package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeddings that OpenAI made, fed through as they came. Skipped where the recordings are not at hand. */
final class RecordedEmbeddingsTest {
    private static final Path CASSETTES = Path.of("..", "shared", "wire", "openai-recorded-cassettes");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "basic",
                "base64",
                "dimensions",
                "large-text",
                "max-tokens",
                "mixed-batch",
                "tokens",
                "whitespace"
            })
    void a_recorded_answer_comes_through_whole(String name) throws IOException {
        var recorded = recorded(name);
        var body = recorded.at("/response/body").textValue();
        var theirs = Json.object(body.getBytes(StandardCharsets.UTF_8));
        var request = EmbeddingsRequestReader.read(
                recorded.at("/request/body").textValue().getBytes(StandardCharsets.UTF_8));

        var done = Tasks.run(Answers.dialect().task(request, Answers.target(Map.of())), body);

        assertThat(done.answer().path("data").size())
                .isEqualTo(theirs.path("data").size());
        assertThat(done.answer().path("data").size()).isEqualTo(request.inputs().size());
        assertThat(done.answer().path("usage")).isEqualTo(theirs.path("usage"));
        for (var i = 0; i < theirs.path("data").size(); i++) {
            assertThat(done.answer().path("data").path(i).path("embedding"))
                    .isEqualTo(theirs.path("data").path(i).path("embedding"));
        }
    }

    /** The same text was recorded both ways, in two calls that differ a little, as OpenAI's do. */
    @Test
    void base64_of_recorded_numbers_is_what_openai_made_of_them() throws IOException {
        var request = Tasks.embeddings("\"input\":\"a\",\"encoding_format\":\"base64\"");
        var numbers = recorded("basic").at("/response/body").textValue();
        var theirs =
                Json.object(recorded("base64").at("/response/body").textValue().getBytes(StandardCharsets.UTF_8));

        var ours = Tasks.run(Answers.dialect().task(request, Answers.target(Map.of())), numbers);

        var mine = floats(ours.answer());
        var other = floats(theirs);
        assertThat(mine).hasSameSizeAs(other);
        for (var i = 0; i < mine.length; i++) {
            assertThat(mine[i]).isCloseTo(other[i], within(1e-3f));
        }
    }

    private static float[] floats(JsonNode answer) {
        var bytes = Base64.getDecoder().decode(answer.at("/data/0/embedding").textValue());
        var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        var floats = new float[buffer.remaining()];
        buffer.get(floats);
        return floats;
    }

    private static JsonNode recorded(String name) throws IOException {
        var file = CASSETTES.resolve("embeddings-" + name + ".yaml");
        assumeThat(Files.exists(file))
                .as("skipped: there are no recordings at hand")
                .isTrue();
        return new YAMLMapper().readTree(file.toFile()).at("/interactions/0");
    }
}
