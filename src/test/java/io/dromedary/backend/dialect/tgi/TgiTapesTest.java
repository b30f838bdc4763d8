package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.backend.AttemptFailure;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Exchanges with TGI from 1.4.3 to 3.0.1, recorded behind Hugging Face's router. */
final class TgiTapesTest {
    private static final String UNARY = "application/json";

    @TestFactory
    Stream<DynamicTest> recorded_answers_are_whole() {
        return tapes("chat/completions")
                .filter(tape -> tape.path("status").asInt() == 200 && type(tape).equals(UNARY))
                .map(tape -> dynamicTest(tape.path("url").asText(), () -> whole(body(tape))));
    }

    private static void whole(String body) {
        var answer = Tgi.answer(Tgi.HELLO);
        var bytes = answer.whole(body.getBytes(StandardCharsets.UTF_8));
        assertThat(bytes).isNotNull();
        var read = Tgi.json(new String(bytes, StandardCharsets.UTF_8));
        assertThat(read.path("object").asText()).isEqualTo("chat.completion");
        assertThat(read.path("id").asText()).startsWith("chatcmpl-");
        assertThat(read.path("choices").path(0).path("message").path("content").asText())
                .contains("two")
                .doesNotContain("</s>");
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.usage()).isNotNull();
    }

    @TestFactory
    Stream<DynamicTest> recorded_streams_are_whole() {
        return tapes("chat/completions")
                .filter(tape ->
                        tape.path("status").asInt() == 200 && !type(tape).equals(UNARY))
                .map(tape -> dynamicTest(tape.path("url").asText(), () -> stream(body(tape))));
    }

    private static void stream(String body) {
        for (var piece : new int[] {1, 7, body.length()}) {
            var reading = Tgi.read(Tgi.HELLO_STREAM, body, piece);
            assertThat(reading.content()).isEqualTo(" The answer to the equation 1 + 1 is 2.");
            assertThat(reading.finishReasons()).containsExactly("stop");
            assertThat(reading.answer().failure()).isNull();
            assertThat(reading.events()).last().isEqualTo("[DONE]");
        }
    }

    @TestFactory
    Stream<DynamicTest> recorded_errors_are_told_apart() {
        return tapes("")
                .filter(tape -> tape.path("status").asInt() >= 400)
                .map(tape -> dynamicTest(body(tape), () -> error(tape)));
    }

    private static void error(JsonNode tape) {
        var failure = Tgi.dialect()
                .failure(tape.path("status").asInt(), name -> null, body(tape).getBytes(StandardCharsets.UTF_8));
        assertThat(failure)
                .isInstanceOf(
                        body(tape).startsWith("Failed to deserialize")
                                ? AttemptFailure.Rejected.class
                                : AttemptFailure.Misconfigured.class);
    }

    private static Stream<JsonNode> tapes(String path) {
        var tapes = Tgi.json(Tgi.recorded("provider-tapes/hf-inference-tgi.json"));
        assertThat(tapes).hasSize(60);
        return tapes.valueStream().filter(tape -> tape.path("url").asText().endsWith(path));
    }

    private static String type(JsonNode tape) {
        return tape.path("response_headers").path("content-type").asText();
    }

    private static String body(JsonNode tape) {
        return tape.path("body").asText();
    }
}
