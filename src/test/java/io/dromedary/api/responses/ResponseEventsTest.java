package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.AssembledCompletion;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import io.dromedary.testing.StreamJudge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ResponseEventsTest {
    private static final String CHUNK = "{\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}";

    static List<ReplyCase> cases() {
        return ReplyCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void chunks_become_the_events_that_are_written_down(ReplyCase written) {
        var expected = written.expected();
        var told = written.told();
        for (var i = 0; i < Math.min(told.size(), expected.size()); i++) {
            assertThat(seen(told.get(i), expected.get(i))).as("event %d", i).isEqualTo(expected.get(i));
        }
        assertThat(told).hasSameSizeAs(expected);
    }

    /** Of a response those members alone that count. */
    private static JsonNode seen(ObjectNode event, ObjectNode expected) {
        if (event.path("response") instanceof ObjectNode response
                && expected.path("response") instanceof ObjectNode counting) {
            var seen = event.deepCopy();
            seen.set(
                    "response",
                    response.deepCopy()
                            .retain(counting.properties().stream()
                                    .map(Map.Entry::getKey)
                                    .toList()));
            return seen;
        }
        return event;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_stream_is_one_that_clients_can_follow(ReplyCase written) {
        StreamJudge.judge(written.told());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_answer_that_is_put_together_has_the_items_of_its_stream_where_their_order_counts(ReplyCase written) {
        if (!written.chunks().getFirst().contains("response_items") || written.raw()) {
            return;
        }
        var assembled = new AssembledCompletion();
        for (var chunk : written.chunks()) {
            var bytes = chunk.getBytes(UTF_8);
            assembled.add(bytes, 0, bytes.length);
        }

        var answer = Answer.of(Json.object(assembled.toBytes()), ItemIds.ofResponse(ReplyCase.ID), written.asked());

        var streamed = written.told().getLast().path("response");
        assertThat(Json.MAPPER.createArrayNode().addAll(answer.output())).isEqualTo(streamed.path("output"));
        assertThat(answer.status()).isEqualTo(streamed.path("status").textValue());
    }

    @Test
    void frames_are_written_to_the_byte() {
        var events = events("{}");
        assertThat(events.begin()).asString(UTF_8).startsWith("""
                event: response.created
                data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_""");
        assertThat(events.chunk(CHUNK.getBytes(UTF_8))).asString(UTF_8).endsWith("""

                event: response.output_text.delta
                data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_%sr0","output_index":0,"content_index":0,"delta":"Hi","logprobs":[]}

                """.formatted(ReplyCase.RANDOM));
        assertThat(events.sequence()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense",
                "[]",
                "7",
                "{\"choices\":null}",
                "{\"choices\":{}}",
                "{\"choices\":[7]}",
                "{\"choices\":[]}",
                "{\"choices\":[{\"index\":0}]}",
                "{\"choices\":[{\"delta\":null}]}",
                "{\"choices\":[{\"delta\":{\"content\":null}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":null,\"annotations\":null,\"reasoning_details\":null}}]}",
                "{\"choices\":[{\"delta\":{\"tool_calls\":[null,{}],\"annotations\":[null],\"reasoning_details\":[7]}}]}",
                "{\"choices\":[{\"delta\":{\"function_call\":null}}]}",
                "{\"usage\":null,\"error\":null}",
                "{\"choices\":[",
            })
    void what_says_nothing_becomes_nothing(String chunk) {
        var events = events("{}");
        events.begin();
        assertThat(events.chunk(chunk.getBytes(UTF_8))).isEmpty();
        assertThat(events.broken()).isFalse();
        assertThat(events.end().response().path("output")).hasSize(1);
    }

    @Test
    void bytes_that_are_not_utf_8_read_as_replacement_characters() {
        var events = events("{}");
        events.begin();
        var chunk = CHUNK.getBytes(UTF_8);
        chunk[CHUNK.indexOf("Hi")] = (byte) 0xff;
        assertThat(events.chunk(chunk)).asString(UTF_8).contains("\"delta\":\"\ufffdi\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"message\":\"m\",\"code\":\"context_length_exceeded\"}|invalid_prompt|m",
                "{\"message\":\"m\",\"code\":429}|rate_limit_exceeded|m",
                "{\"message\":\"m\",\"code\":\"429\"}|rate_limit_exceeded|m",
                "{\"message\":\"m\",\"code\":400}|invalid_prompt|m",
                "{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":null}|invalid_prompt|m",
                "{\"message\":\"m\",\"type\":\"tokens\"}|rate_limit_exceeded|m",
                "{\"message\":\"m\",\"type\":\"server_error\",\"code\":null}|server_error|m",
                "\"m\"|server_error|m",
                "{}|server_error|The backend failed while it answered.",
            })
    void an_error_in_a_chat_stream_fails_the_response(String error, String code, String message) {
        var events = events("{}");
        events.begin();
        assertThat(events.chunk(("{\"error\":" + error + "}").getBytes(UTF_8))).isEmpty();
        assertThat(events.broken()).isTrue();

        var end = events.failed("The stream was cut.");

        assertThat(end.response().path("status").textValue()).isEqualTo("failed");
        assertThat(end.response().path("error"))
                .isEqualTo(Json.MAPPER.createObjectNode().put("code", code).put("message", message));
    }

    @Test
    void a_refusal_of_the_gateways_names_its_own_code_or_the_one_of_its_kind() {
        var limited = new Refusal.Limited("Slow down.", "requests", "rate_limit_exceeded", 3);
        assertThat(failedBy(limited)).isEqualTo("rate_limit_exceeded");
        assertThat(failedBy(new Refusal.BackendsFailed(429, "m", null, 0, List.of())))
                .isEqualTo("rate_limit_exceeded");
        assertThat(failedBy(new Refusal.BackendsFailed(502, "m", null, 0, List.of())))
                .isEqualTo("server_error");
        assertThat(failedBy(new Refusal.BadRequest("m", null, null))).isEqualTo("invalid_prompt");
    }

    private static String failedBy(Refusal refusal) {
        return events("{}")
                .failed(refusal)
                .response()
                .path("error")
                .path("code")
                .textValue();
    }

    @Test
    void a_response_that_cannot_be_kept_fails_in_place_of_its_end() {
        var events = events("{}");
        events.begin();
        events.chunk(CHUNK.getBytes(UTF_8));
        var ended = Frames.read(events.end().terminal()).getFirst();

        var failed = events.failed("It could not be kept.");

        assertThat(failed.closing()).isEmpty();
        var event = Frames.read(failed.terminal()).getFirst();
        assertThat(event.path("type").textValue()).isEqualTo("response.failed");
        assertThat(event.path("sequence_number")).isEqualTo(ended.path("sequence_number"));
        assertThat(event.path("response").path("output"))
                .isEqualTo(ended.path("response").path("output"));
    }

    private static ResponseEvents events(String request) {
        var asked = new ResponseRequest(Json.object(request.getBytes(UTF_8)), List.of());
        return new ResponseEvents(
                ResponseObject.of(asked, ReplyCase.ID, ReplyCase.CREATED, "m"),
                asked,
                ItemIds.ofResponse(ReplyCase.ID),
                () -> ReplyCase.ENDED);
    }
}
