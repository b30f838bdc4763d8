package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseParser;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.Misconfigured;
import io.dromedary.backend.AttemptFailure.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that real providers sent, fed through as they came. Skipped where the recordings are not at hand. */
final class RecordedAnswersTest {
    private static final Path WIRE = Path.of("..", "shared", "wire");

    /** One recorded exchange. */
    record Exchange(String source, int status, String body) {
        boolean streams() {
            return body.startsWith("data:");
        }

        @Override
        public String toString() {
            return source + " " + status;
        }
    }

    static List<Exchange> exchanges() throws IOException {
        var found = new ArrayList<Exchange>();
        for (var file : files("provider-tapes", ".json")) {
            for (var tape : Json.MAPPER.readTree(file.toFile())) {
                add(found, file, tape.path("url"), tape.path("status"), tape.path("body"));
            }
        }
        for (var file : files("openai-recorded-cassettes", ".yaml")) {
            for (var interaction : new YAMLMapper().readTree(file.toFile()).path("interactions")) {
                var response = interaction.path("response");
                add(found, file, interaction.path("request").path("url"), response.path("code"), response.path("body"));
            }
        }
        // one stand-in, so that the tests below are skipped by name
        return found.isEmpty() ? List.of(new Exchange("no recordings", 0, "")) : found;
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        if (!Files.isDirectory(WIRE.resolve(folder))) {
            return List.of();
        }
        try (var files = Files.list(WIRE.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static void add(List<Exchange> found, Path file, JsonNode url, JsonNode status, JsonNode body) {
        if (url.asText().contains("chat/completions")) {
            found.add(new Exchange(file.getFileName().toString(), status.asInt(), body.asText()));
        }
    }

    static Stream<Exchange> streams() throws IOException {
        return exchanges().stream().filter(e -> e.status() == 0 || (e.status() == 200 && e.streams()));
    }

    static Stream<Exchange> wholes() throws IOException {
        return exchanges().stream().filter(e -> e.status() == 0 || (e.status() == 200 && !e.streams()));
    }

    static Stream<Exchange> wholesOfOpenAi() throws IOException {
        return wholes().filter(e -> e.status() == 0 || e.source().startsWith("chat-"));
    }

    static Stream<Exchange> errors() throws IOException {
        return exchanges().stream().filter(e -> e.status() != 200);
    }

    private static void skipWithoutRecordings(Exchange exchange) {
        assumeThat(exchange.status())
                .as("recordings in " + WIRE + " are not at hand")
                .isNotZero();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void streams_come_through_however_the_network_cuts_them(Exchange exchange) {
        skipWithoutRecordings(exchange);
        for (var request : List.of(Answers.STREAM, Answers.STREAM_WITH_USAGE)) {
            var body = Answers.bytes(exchange.body());
            var answer = Answers.answer(request);
            var written = Answers.stream(answer, body, body.length);

            if (events(exchange.body()).stream().noneMatch(RecordedAnswersTest::finishes)) {
                assertThat(answer.failure()).isEqualTo(new AttemptFailure.Broken("the stream was cut"));
            } else {
                assertThat(answer.failure()).isNull();
                assertThat(answer.dropped()).isZero();
                assertThat(answer.finishReason()).isIn("stop", "length", "tool_calls");
                assertThat(written).endsWith("data: [DONE]\n\n");
                assertThat(answer.usage()).isNotNull();
                var shown = new ArrayList<>(events(written));
                var estimated = shown.removeIf(
                        chunk -> chunk.path("usage").path("estimated").asBoolean());
                var reported = events(exchange.body()).stream()
                        .anyMatch(chunk -> chunk.path("usage").isObject()
                                || chunk.path("x_groq").path("usage").isObject());
                assertThat(estimated).isEqualTo(request.usageWanted() && !reported);
                assertThat(shown).isEqualTo(expected(exchange.body(), request, reported));
            }
            for (var piece : new int[] {1, 2, 3, 7, 16, 61, 500}) {
                assertThat(Answers.stream(Answers.answer(request), body, piece))
                        .as("in pieces of %d bytes", piece)
                        .isEqualTo(written);
            }
        }
    }

    /** What a tree makes of the same stream: the long way round, to check the short one. */
    private static List<JsonNode> expected(String body, ChatRequest request, boolean reported) {
        var expected = new ArrayList<JsonNode>();
        JsonNode usage = Json.MAPPER.nullNode();
        ObjectNode usageOnly = null;
        ObjectNode last = null;
        for (var event : events(body)) {
            var chunk = (ObjectNode) event;
            chunk.put("model", "chat-small");
            if (chunk.path("id").asText().isEmpty()) {
                chunk.put("id", "chatcmpl-minted");
            }
            var hasUsage = chunk.path("usage").isObject();
            if (chunk.path("choices").isEmpty() && hasUsage) {
                usageOnly = chunk.deepCopy();
                continue;
            }
            if (hasUsage) {
                usage = chunk.get("usage");
            }
            if (!request.usageWanted()) {
                chunk.remove("usage");
            } else if (hasUsage) {
                chunk.putNull("usage");
                last = chunk;
            }
            for (var choice : chunk.path("choices")) {
                mend((ObjectNode) choice);
            }
            expected.add(chunk);
        }
        if (request.usageWanted() && reported) {
            expected.add(usageOnly != null ? usageOnly : usageChunk(Objects.requireNonNull(last), usage));
        }
        return expected;
    }

    private static ObjectNode usageChunk(ObjectNode last, JsonNode usage) {
        var chunk = Json.MAPPER.createObjectNode();
        chunk.set("id", last.get("id"));
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", last.get("created"));
        chunk.put("model", "chat-small");
        chunk.putArray("choices");
        chunk.set("usage", usage);
        return chunk;
    }

    private static void mend(ObjectNode choice) {
        if (Set.of("eos", "stop_sequence", "eos_token")
                .contains(choice.path("finish_reason").asText())) {
            choice.put("finish_reason", "stop");
        }
        for (var call : choice.path(choice.has("delta") ? "delta" : "message").path("tool_calls")) {
            var function = (ObjectNode) call.path("function");
            if (function.path("name").isNull() && choice.has("delta")) {
                function.remove("name");
            }
            if (function.path("arguments").isObject()) {
                function.put("arguments", function.get("arguments").toString());
            }
        }
    }

    private static boolean finishes(JsonNode chunk) {
        return chunk.path("choices").path(0).path("finish_reason").isTextual();
    }

    private static List<JsonNode> events(String body) {
        var events = new ArrayList<JsonNode>();
        var parser = new SseParser(1 << 20);
        SseParser.Listener each = (buffer, offset, length) -> {
            var json = Json.read(buffer, offset, length);
            if (json != null && json.isObject()) {
                events.add(json);
            }
        };
        var bytes = Answers.bytes(body);
        parser.feed(bytes, 0, bytes.length, each);
        parser.end(each);
        return events;
    }

    @ParameterizedTest
    @MethodSource("wholes")
    void whole_answers_come_through(Exchange exchange) {
        skipWithoutRecordings(exchange);
        var answer = Answers.answer(Answers.UNARY);

        var written = answer.whole(Answers.bytes(exchange.body()));

        assertThat(answer.failure()).isNull();
        assertThat(answer.finishReason()).isIn("stop", "length", "tool_calls");
        assertThat(answer.usage()).isNotNull();
        var expected = Json.object(Answers.bytes(exchange.body()));
        expected.put("model", "chat-small");
        if (expected.path("id").asText().isEmpty()) {
            expected.put("id", "chatcmpl-minted");
        }
        expected.path("choices").forEach(choice -> mend((ObjectNode) choice));
        assertThat((JsonNode) Json.object(Objects.requireNonNull(written))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("wholesOfOpenAi")
    void answers_of_openai_differ_in_the_model_alone(Exchange exchange) {
        skipWithoutRecordings(exchange);
        var model = Json.object(Answers.bytes(exchange.body())).get("model").toString();

        var written = Answers.answer(Answers.UNARY).whole(Answers.bytes(exchange.body()));

        assertThat(Answers.text(Objects.requireNonNull(written)))
                .isEqualTo(exchange.body().replaceFirst(Pattern.quote(model), "\"chat-small\""));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void errors_are_read(Exchange exchange) {
        skipWithoutRecordings(exchange);

        var failure = Answers.dialect()
                .failure(exchange.status(), Map.<String, String>of()::get, Answers.bytes(exchange.body()));

        switch (exchange.status()) {
            case 401, 404, 421 -> assertThat(failure).isInstanceOf(Misconfigured.class);
            case 422 ->
                assertThat(failure)
                        .isInstanceOfSatisfying(
                                Rejected.class,
                                rejected -> assertThat(rejected.refusal().message())
                                        .isNotBlank()
                                        .isNotEqualTo("no reason given"));
            default -> assertThat(failure).isInstanceOfAny(Rejected.class, Misconfigured.class);
        }
    }
}
