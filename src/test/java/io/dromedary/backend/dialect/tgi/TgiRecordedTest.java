package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Usage;
import io.dromedary.backend.AttemptFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that TGI sent, read in one piece, cut at every position, and byte by byte. */
final class TgiRecordedTest {
    private static final String ASKING =
            "{\"model\":\"llama\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                    + "\"stop\":\"STOP\",\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_current_weather\"}}]}";
    private static final String NOT_ASKING = ASKING.replace("true},", "false},");
    private static final String WEATHER = "{ \"location\": \"Brooklyn, NY\", \"format\": \"fahrenheit\"}";

    /**
     * What the client gets of one recorded stream.
     *
     * @param answer its text, or the arguments of its call
     * @param finish null where the stream fails
     */
    record Expected(
            String file,
            String answer,
            @Nullable String finish,
            @Nullable Usage usage,
            @Nullable Class<? extends AttemptFailure> failure) {
        @Override
        public String toString() {
            return file;
        }
    }

    private static Stream<Expected> streams() {
        return Stream.of(
                new Expected("plain", "OK!", "stop", null, null),
                new Expected("plain_usage", "OK!", "stop", new Usage(39, 3), null),
                new Expected("plain_logprobs", "OK!", "stop", null, null),
                new Expected("length", "Deep learning\n\nis", "length", null, null),
                new Expected("length_usage", "Deep learning\n\nis", "length", new Usage(39, 2), null),
                new Expected("stopseq", "a", "stop", null, null),
                new Expected("stopseq_usage", "a", "stop", new Usage(39, 2), null),
                new Expected("notool", "I am", "stop", null, null),
                new Expected("notool_usage", "I am", "stop", new Usage(53, 3), null),
                new Expected("tool", WEATHER, "tool_calls", null, null),
                new Expected("tool_usage", WEATHER, "tool_calls", new Usage(501, 29), null),
                new Expected("err", "Hello wor", null, null, AttemptFailure.Faulty.class),
                new Expected("err_first", "", null, null, AttemptFailure.ContextTooLong.class),
                new Expected("incomplete", "Hello", null, null, AttemptFailure.Faulty.class),
                new Expected("overloaded", "", null, null, AttemptFailure.Overloaded.class));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void a_recorded_stream_reads_as_openai_would_have_sent_it(Expected expected) {
        for (var request : List.of(ASKING, NOT_ASKING)) {
            check(Tgi.read(request, recorded(expected)), expected, request.equals(ASKING));
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void where_the_network_cuts_makes_no_difference(Expected expected) {
        var sse = recorded(expected);
        var whole = Tgi.read(ASKING, sse).text();
        assertThat(Tgi.read(ASKING, sse, 1).text()).isEqualTo(whole);
        for (var at = 1; at < sse.getBytes(StandardCharsets.UTF_8).length; at++) {
            var split = Tgi.readSplit(ASKING, sse, at);
            assertThat(split.text()).as("cut at %d", at).isEqualTo(whole);
            assertThat(split.answer().finishReason()).isEqualTo(expected.finish);
            assertThat(split.answer().usage()).isEqualTo(expected.usage);
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void a_recorded_stream_that_ends_early_never_passes_for_a_whole_one(Expected expected) {
        var events = recorded(expected).split("(?<=\n\n)");
        var whole = Tgi.read(ASKING, String.join("", events));
        for (var kept = 0; kept < events.length; kept++) {
            var cut = Tgi.read(ASKING, String.join("", List.of(events).subList(0, kept)));
            if (cut.answer().failure() == null) {
                assertThat(cut.answer().finishReason()).isEqualTo(expected.finish);
                assertThat(cut.content() + cut.arguments()).isEqualTo(whole.content() + whole.arguments());
                assertThat(cut.events()).last().isEqualTo("[DONE]");
            } else {
                assertThat(cut.finishReasons()).isEmpty();
                assertThat(cut.text()).doesNotContain("[DONE]");
            }
        }
    }

    private static void check(Tgi.Reading reading, Expected expected, boolean asked) {
        var answer = reading.answer();
        assertThat(reading.content() + reading.arguments()).isEqualTo(expected.answer);
        assertThat(answer.usage()).isEqualTo(expected.usage);
        assertThat(answer.finishReason()).isEqualTo(expected.finish);
        assertThat(answer.done()).isTrue();
        assertThat(answer.dropped()).isZero();
        assertThat(answer.begun()).isEqualTo(!expected.answer.isEmpty());
        assertThat(reading.chunks()).allSatisfy(chunk -> {
            assertThat(chunk.path("id").asText()).isEqualTo("chatcmpl-1");
            assertThat(chunk.path("model").asText()).isEqualTo("llama");
            assertThat(chunk.has("usage")).isEqualTo(asked);
        });
        assertThat(reading.chunks().stream()
                        .filter(chunk -> Tgi.Reading.delta(chunk).has("role")))
                .hasSize(expected.answer.isEmpty() ? 0 : 1);
        if (expected.failure != null) {
            assertThat(answer.failure()).isInstanceOf(expected.failure);
            assertThat(reading.text()).doesNotContain("[DONE]");
            return;
        }
        assertThat(answer.failure()).isNull();
        assertThat(reading.finishReasons()).containsExactly(answer.finishReason());
        assertThat(reading.events()).last().isEqualTo("[DONE]");
        var counted = reading.chunks().stream()
                .map(chunk -> chunk.path("usage"))
                .filter(JsonNode::isObject)
                .toList();
        assertThat(counted).hasSize(asked && expected.usage != null ? 1 : 0);
    }

    @Test
    void the_logprobs_of_a_recorded_stream_have_bytes() {
        var chunks = Tgi.read(ASKING, Tgi.recorded("tgi-wire/chat_stream_plain_logprobs.sse"))
                .chunks();
        assertThat(chunks.stream()
                        .flatMap(chunk -> chunk.path("choices")
                                .path(0)
                                .path("logprobs")
                                .path("content")
                                .valueStream())
                        .map(token -> token.path("bytes").toString()))
                .containsExactly("[79,75]", "[33]", "[60,124,101,111,116,95,105,100,124,62]");
    }

    private static String recorded(Expected expected) {
        return Tgi.recorded("tgi-wire/chat_stream_" + expected.file + ".sse");
    }
}
