package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.dromedary.api.json.Json;
import io.dromedary.testing.Published;
import io.dromedary.testing.StreamJudge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real backends answered, as they sent it. Skipped where the recordings are not at hand. */
final class RecordedChatTest {
    /** One answer: the chunks of a stream, or one whole completion. */
    record Recorded(String source, boolean streamed, List<String> bodies) {
        @Override
        public String toString() {
            return source + (streamed ? " (stream)" : "");
        }

        String said(String member) {
            var all = new StringBuilder();
            for (var body : bodies) {
                var choice = Json.object(body.getBytes(UTF_8)).path("choices").path(0);
                all.append(
                        choice.path(streamed ? "delta" : "message").path(member).asText(""));
            }
            return all.toString();
        }
    }

    static List<Recorded> answers() throws IOException {
        var found = new ArrayList<Recorded>();
        for (var file : files("provider-tapes", ".json")) {
            for (var tape : Json.MAPPER.readTree(file.toFile())) {
                add(found, file, tape.path("body").asText());
            }
        }
        for (var file : files("openai-recorded-cassettes", ".yaml")) {
            for (var call : new YAMLMapper().readTree(file.toFile()).path("interactions")) {
                add(found, file, call.path("response").path("body").asText());
            }
        }
        for (var file : files("tgi-wire", "")) {
            add(found, file, Files.readString(file));
        }
        for (var file : files("tgi-snapshots", ".json")) {
            var snapshot = Json.MAPPER.readTree(file.toFile());
            var chunks = new ArrayList<String>();
            (snapshot.isArray() ? snapshot : Json.MAPPER.createArrayNode().add(snapshot))
                    .forEach(chunk -> chunks.add(chunk.toString()));
            add(found, file, chunks);
        }
        return found.isEmpty() ? List.of(new Recorded("no recordings", false, List.of())) : found;
    }

    private static List<Path> files(String folder, String ending) throws IOException {
        var path = Published.path("wire", folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (var files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static void add(List<Recorded> found, Path file, String body) {
        var data = body.lines()
                .filter(line -> line.startsWith("data:"))
                .map(line -> line.substring("data:".length()).strip())
                .filter(line -> !line.equals("[DONE]"))
                .toList();
        add(found, file, data.isEmpty() ? List.of(body) : data);
    }

    private static void add(List<Recorded> found, Path file, List<String> bodies) {
        var source = Published.path("wire").relativize(file).toString();
        if (!bodies.isEmpty()
                && Json.read(bodies.getFirst().getBytes(UTF_8)) instanceof ObjectNode first
                && first.path("choices").isArray()) {
            var choice = first.path("choices").path(0);
            if (!first.path("object").asText("").contains("text_completion") && !choice.has("text")) {
                found.add(new Recorded(source, !choice.has("message"), bodies));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("answers")
    void what_a_backend_said_is_what_the_response_says(Recorded recorded) {
        assumeTrue(!recorded.bodies.isEmpty(), "the recordings are not at hand");
        var asked = new ResponseRequest(
                Json.object("{\"include\":[\"message.output_text.logprobs\"]}".getBytes(UTF_8)), List.of());
        var response = recorded.streamed ? streamed(recorded, asked) : whole(recorded, asked);

        var text = new StringBuilder();
        var calls = new ArrayList<JsonNode>();
        for (var item : response.path("output")) {
            item.path("content")
                    .forEach(part -> text.append(
                            part.path("type").asText().equals("output_text")
                                    ? part.path("text").asText()
                                    : ""));
            if (item.has("call_id")) {
                calls.add(item);
            }
        }
        assertThat(text.toString().strip()).isEqualTo(recorded.said("content").strip());
        var called = recorded.bodies.stream().anyMatch(body -> body.contains("\"arguments\":"));
        assertThat(calls.isEmpty()).isNotEqualTo(called);
    }

    private static JsonNode whole(Recorded recorded, ResponseRequest asked) {
        var answer = Answer.of(
                Json.object(recorded.bodies.getFirst().getBytes(UTF_8)), ItemIds.ofResponse(ReplyCase.ID), asked);
        return ResponseObject.of(asked, ReplyCase.ID, ReplyCase.CREATED, "m").ended(answer, ReplyCase.ENDED);
    }

    private static JsonNode streamed(Recorded recorded, ResponseRequest asked) {
        var object = ResponseObject.of(asked, ReplyCase.ID, ReplyCase.CREATED, "m");
        var events = new ResponseEvents(object, asked, ItemIds.ofResponse(ReplyCase.ID), () -> ReplyCase.ENDED, true);
        var frames = new ArrayList<byte[]>();
        frames.add(events.begin());
        for (var chunk : recorded.bodies) {
            frames.add(events.chunk(chunk.getBytes(UTF_8)));
        }
        var end = events.end();
        frames.add(end.closing());
        frames.add(end.terminal());
        return StreamJudge.judge(Frames.read(Frames.joined(frames)));
    }
}
