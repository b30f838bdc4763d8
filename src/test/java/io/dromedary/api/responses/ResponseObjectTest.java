package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponseObjectTest {
    /** All that both descriptions name, whether a client needs it or may do without. */
    private static final String PLAIN = """
            {"id":"resp_1","object":"response","created_at":17,"status":"in_progress","background":false,
            "completed_at":null,"conversation":null,"error":null,"frequency_penalty":0,"incomplete_details":null,
            "instructions":null,"max_output_tokens":null,"max_tool_calls":null,"metadata":{},"model":"m","output":[],
            "parallel_tool_calls":true,"presence_penalty":0,"previous_response_id":null,"prompt_cache_key":null,
            "reasoning":{"effort":null,"summary":null},"safety_identifier":null,"service_tier":"auto","store":true,
            "temperature":1,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":1,
            "truncation":"disabled","usage":null}""";

    @Test
    void a_request_that_says_nothing_gets_what_is_in_force() {
        assertThat(read(object("{\"input\":\"hi\"}").inProgress().toString())).isEqualTo(read(PLAIN));
    }

    @Test
    void null_in_a_request_is_as_good_as_nothing() {
        var nulls = Json.MAPPER.createObjectNode();
        read(PLAIN).fieldNames().forEachRemaining(nulls::putNull);
        nulls.putNull("user").putNull("prompt");
        assertThat(read(object(nulls.toString()).inProgress().toString())).isEqualTo(read(PLAIN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "temperature|0.5",
                "top_p|0.1",
                "presence_penalty|-1",
                "frequency_penalty|2",
                "top_logprobs|3",
                "max_output_tokens|16",
                "max_tool_calls|1",
                "parallel_tool_calls|false",
                "store|false",
                "background|true",
                "truncation|\"auto\"",
                "instructions|\"Be brief.\"",
                "previous_response_id|\"resp_0\"",
                "prompt_cache_key|\"k\"",
                "prompt_cache_retention|\"24h\"",
                "safety_identifier|\"s\"",
                "user|\"u\"",
                "service_tier|\"flex\"",
                "metadata|{\"a\":\"b\"}",
                "conversation|{\"id\":\"conv_1\"}",
                "prompt|{\"id\":\"p\",\"version\":\"2\",\"variables\":{\"a\":\"b\"}}",
                "reasoning|{\"effort\":\"high\",\"summary\":\"auto\"}",
                "text|{\"format\":{\"type\":\"json_object\"},\"verbosity\":\"low\"}",
                "tool_choice|{\"type\":\"function\",\"name\":\"f\"}",
                "tool_choice|{\"type\":\"allowed_tools\",\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"name\":\"f\"}]}",
                "tools|[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\",\"parameters\":{},\"strict\":true}]",
                "tools|[{\"type\":\"custom\",\"name\":\"c\"}]",
            })
    void what_a_request_says_is_repeated(String member, String value) {
        assertThat(object("{\"" + member + "\":" + value + "}").inProgress().get(member))
                .isEqualTo(read(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tools|[{\"type\":\"function\",\"name\":\"f\",\"strict\":null}]"
                        + "|[{\"type\":\"function\",\"name\":\"f\",\"description\":null,\"parameters\":null,\"strict\":false}]",
                "reasoning|{\"effort\":\"low\"}|{\"effort\":\"low\",\"summary\":null}",
                "text|{\"verbosity\":\"low\"}|{\"format\":{\"type\":\"text\"},\"verbosity\":\"low\"}",
                "text|{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{},\"strict\":true}}"
                        + "|{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"description\":null,\"schema\":{},\"strict\":true}}",
                "conversation|\"conv_1\"|{\"id\":\"conv_1\"}",
            })
    void what_a_request_leaves_out_of_an_object_is_filled_in(String member, String value, String shown) {
        assertThat(object("{\"" + member + "\":" + value + "}").inProgress().get(member))
                .isEqualTo(read(shown));
    }

    @Test
    void one_that_waits_is_as_one_that_runs_but_for_its_status() {
        var queued = object("{\"input\":\"hi\"}").queued();
        assertThat(queued.path("status").textValue()).isEqualTo("queued");
        assertThat(read(queued.put("status", "in_progress").toString())).isEqualTo(read(PLAIN));
    }

    @Test
    void one_that_is_stopped_has_what_there_was_of_it() {
        var running = object("{\"input\":\"hi\"}").inProgress();
        var item = Json.MAPPER.createObjectNode().put("id", "msg_1");
        var cancelled = ResponseObject.stopped(running, null, List.of(item));
        assertThat(cancelled.path("status").textValue()).isEqualTo("cancelled");
        assertThat(cancelled.path("output")).containsExactly(item);
        assertThat(cancelled.path("error").isNull()).isTrue();
        var failed = ResponseObject.stopped(running, ResponseError.ofServer("why"), List.of());
        assertThat(failed.path("status").textValue()).isEqualTo("failed");
        assertThat(failed.at("/error/message").textValue()).isEqualTo("why");
        assertThat(running.path("status").textValue()).as("it is not changed").isEqualTo("in_progress");
    }

    @Test
    void an_answer_says_which_model_and_which_tier_it_was() {
        var answer = new Answer(List.of(), null, null, "fallback", "over-limit");
        var ended = object("{\"service_tier\":\"auto\"}").ended(answer, 20);
        assertThat(ended.path("model").textValue()).isEqualTo("fallback");
        assertThat(ended.path("service_tier").textValue()).isEqualTo("over-limit");
        assertThat(ended.path("completed_at").longValue()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"auto,default", "flex,flex"})
    void a_tier_that_nobody_reported_is_the_one_that_was_asked_for(String asked, String shown) {
        var answer = new Answer(List.of(), null, null, null, null);
        var ended = object("{\"service_tier\":\"" + asked + "\"}").ended(answer, 20);
        assertThat(ended.path("service_tier").textValue()).isEqualTo(shown);
    }

    @Test
    void only_a_completed_one_has_a_time_of_completion() {
        var object = object("{}");
        var cut = new Answer(List.of(), "content_filter", null, null, null);
        assertThat(Map.of(
                        "incomplete", object.ended(cut, 20),
                        "failed", object.failed(new ResponseError("server_error", "m"), Answer.none())))
                .allSatisfy((status, response) -> {
                    assertThat(response.path("status").textValue()).isEqualTo(status);
                    assertThat(response.path("completed_at").isNull()).isTrue();
                });
        assertThat(object.left(Answer.none()).path("status").textValue()).isEqualTo("incomplete");
        assertThat(object.left(Answer.none()).path("completed_at").isNull()).isTrue();
    }

    @Test
    void one_object_is_not_changed_by_the_next() {
        var object = object("{}");
        var first = object.inProgress();
        object.failed(new ResponseError("server_error", "m"), Answer.none());
        assertThat(object.inProgress()).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt_tokens\":3,\"completion_tokens\":4}|3 0 0 4 0 7",
                "{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":9}|3 0 0 4 0 9",
                "{\"prompt_tokens\":3,\"completion_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":2,\"cache_write_tokens\":1},\"completion_tokens_details\":{\"reasoning_tokens\":1}}|3 2 1 4 1 7",
                "{\"prompt_tokens\":3,\"completion_tokens\":4,\"prompt_cache_hit_tokens\":2,\"reasoning_tokens\":3}|3 2 0 4 3 7",
                "{\"prompt_tokens\":3,\"completion_tokens\":null,\"prompt_tokens_details\":null}|3 0 0 0 0 3",
            })
    void token_counts_are_whole_in_every_spelling(String chat, String counts) {
        var usage = Objects.requireNonNull(ChatDetails.usage(read(chat)));
        var input = usage.path("input_tokens_details");
        assertThat("%s %s %s %s %s %s"
                        .formatted(
                                usage.path("input_tokens"),
                                input.path("cached_tokens"),
                                input.path("cache_write_tokens"),
                                usage.path("output_tokens"),
                                usage.path("output_tokens_details").path("reasoning_tokens"),
                                usage.path("total_tokens")))
                .isEqualTo(counts);
    }

    private static ResponseObject object(String request) {
        var asked = new ResponseRequest(Json.object(request.getBytes(UTF_8)), List.of());
        return ResponseObject.of(asked, "resp_1", 17, "m");
    }

    private static JsonNode read(String json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
