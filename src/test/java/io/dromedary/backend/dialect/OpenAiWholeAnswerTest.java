package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Usage;
import io.dromedary.backend.AttemptFailure;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiWholeAnswerTest {
    private static String whole(String body) {
        return whole(body, Map.of());
    }

    private static String whole(String body, Map<String, Object> overrides) {
        var answer = Answers.answer(Answers.UNARY, overrides);
        var written = answer.whole(Answers.bytes(body));
        assertThat(answer.failure()).isNull();
        return Answers.text(Objects.requireNonNull(written));
    }

    private static AttemptFailure failure(String body) {
        var answer = Answers.answer(Answers.UNARY);
        assertThat(answer.whole(Answers.bytes(body))).isNull();
        return Objects.requireNonNull(answer.failure());
    }

    @Test
    void only_the_model_differs_and_every_other_byte_is_the_providers() {
        var body = """


                 { "id" : "chatcmpl-1","x_new":[1.0,1e3,"caf\\u00e9 } ] \\" \\/ ż"],
                "choices": [ {"index":0,"message":{"role":"assistant","content":"a } \\" model","refusal":null},
                "logprobs":null,"finish_reason":"stop"} ],"model" :\t"gpt-4o-mini-2024-07-18",
                "usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}, "service_tier":"default" }
                """;

        assertThat(whole(body)).isEqualTo(body.replace("\"gpt-4o-mini-2024-07-18\"", "\"chat-small\""));
    }

    @Test
    void tells_usage_and_finish_reason() {
        var answer = Answers.answer(Answers.UNARY);
        answer.whole(Answers.bytes("""
                {"id":"1","model":"m","choices":[{"finish_reason":"tool_calls","index":0,"message":{}},
                {"finish_reason":"stop","index":1,"message":{}}],
                "usage":{"prompt_tokens":50,"completion_tokens":7,"total_tokens":57,
                "prompt_tokens_details":{"cached_tokens":40,"audio_tokens":0},
                "completion_tokens_details":{"reasoning_tokens":3}}}"""));

        assertThat(answer.usage()).isEqualTo(new Usage(50, 7, 40, 3));
        assertThat(answer.finishReason()).isEqualTo("tool_calls");
        assertThat(answer.begun()).isTrue();
        assertThat(answer.done()).isTrue();
    }

    @Test
    void reads_the_usage_of_deepseek_and_sglang() {
        var answer = Answers.answer(Answers.UNARY);
        answer.whole(Answers.bytes("""
                {"id":"1","model":"m","choices":[{"finish_reason":"stop","message":{}}],
                "usage":{"prompt_tokens":50,"completion_tokens":7,"prompt_cache_hit_tokens":32,"reasoning_tokens":4}}"""));

        assertThat(answer.usage()).isEqualTo(new Usage(50, 7, 32, 4));
    }

    @Test
    void details_of_the_usage_are_where_clients_look_for_them() {
        var body =
                "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}}],\"usage\":%s}";

        assertThat(whole(
                        body.formatted("{\"prompt_tokens\":50,\"prompt_cache_hit_tokens\":32,\"reasoning_tokens\":4}")))
                .contains("\"reasoning_tokens\":4,\"prompt_tokens_details\":{\"cached_tokens\":32},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":4}}");
        var told =
                "{\"prompt_tokens\":50,\"prompt_cache_hit_tokens\":32,\"prompt_tokens_details\":{\"cached_tokens\":32}}";
        assertThat(whole(body.formatted(told))).contains(told);
    }

    @Test
    void reasoning_that_was_left_out_of_the_completion_is_added() {
        var body = "{\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{}}],"
                + "\"usage\":{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":135}}";
        var overrides = Map.<String, Object>of("usageExcludesReasoning", true);

        assertThat(whole(body, overrides)).contains("\"completion_tokens\":103,\"total_tokens\":135");
        assertThat(whole(body)).contains("\"completion_tokens\":9,\"total_tokens\":135");
        var answer = Answers.answer(Answers.UNARY, overrides);
        answer.whole(Answers.bytes(body));
        assertThat(answer.usage()).isEqualTo(new Usage(32, 103, 0, 94));
        assertThat(whole(body, overrides))
                .contains("\"total_tokens\":135,\"completion_tokens_details\":{\"reasoning_tokens\":94}}");
    }

    @ParameterizedTest
    @CsvSource({
        "stop,stop",
        "length,length",
        "tool_calls,tool_calls",
        "function_call,function_call",
        "content_filter,content_filter",
        "eos,stop",
        "eos_token,stop",
        "stop_sequence,stop",
        "end_turn,stop",
        "COMPLETE,stop",
        "something_new,stop",
        "model_length,length",
        "max_tokens,length",
        "MAX_TOKENS,length",
        "tool_use,tool_calls",
        "SAFETY,content_filter",
        "refusal,content_filter"
    })
    void finish_reasons_are_openais(String theirs, String ours) {
        var body = "{\"id\":\"1\",\"model\":\"chat-small\",\"choices\":[{\"finish_reason\":\"%s\",\"message\":{}}]}";

        assertThat(whole(body.formatted(theirs))).isEqualTo(body.formatted(ours));
    }

    @ParameterizedTest
    @ValueSource(strings = {"error", "abort", "ERROR", "MALFORMED_FUNCTION_CALL"})
    void an_answer_that_broke_off_is_a_fault(String reason) {
        assertThat(failure("{\"choices\":[{\"finish_reason\":\"" + reason + "\",\"message\":{\"content\":\"half\"}}]}"))
                .isInstanceOf(AttemptFailure.Faulty.class);
    }

    @Test
    void an_answer_that_broke_off_for_want_of_resources_is_an_overload() {
        assertThat(failure("{\"choices\":[{\"finish_reason\":\"insufficient_system_resource\",\"message\":{}}]}"))
                .isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @Test
    void reasoning_goes_out_under_both_names() {
        var body = "{\"id\":\"1\",\"model\":\"chat-small\",\"choices\":[{\"message\":{%s\"content\":\"x\"}}]}";

        assertThat(whole(body.formatted("\"reasoning\":\"so \\u00e9\",")))
                .isEqualTo(body.formatted("\"reasoning\":\"so \\u00e9\",\"reasoning_content\":\"so \\u00e9\","));
        assertThat(whole(body.formatted("\"reasoning_content\":null,\"reasoning\":\"so\",")))
                .isEqualTo(body.formatted("\"reasoning_content\":\"so\",\"reasoning\":\"so\","));
        for (var as : new String[] {
            "\"reasoning\":null,", "\"reasoning_content\":\"a\",", "\"reasoning\":\"a\",\"reasoning_content\":\"b\","
        }) {
            assertThat(whole(body.formatted(as))).isEqualTo(body.formatted(as));
        }
    }

    @Test
    void arguments_that_came_as_an_object_become_its_text() {
        var body = "{\"id\":\"1\",\"model\":\"chat-small\",\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"c\","
                + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":%s}}]}}]}";

        assertThat(whole(body.formatted("{\"a\": 1.0, \"b\":\"\\n\"}")))
                .isEqualTo(body.formatted("\"{\\\"a\\\": 1.0, \\\"b\\\":\\\"\\\\n\\\"}\""));
        assertThat(whole(body.formatted("null"))).isEqualTo(body.formatted("\"{}\""));
        assertThat(whole(body.formatted("\"{ }\""))).isEqualTo(body.formatted("\"{ }\""));
    }

    @Test
    void missing_ids_are_made() {
        assertThat(whole("{\"id\":\"\",\"model\":\"m\",\"choices\":[{\"message\":{\"tool_calls\":["
                        + "{\"id\":null,\"function\":{}},{\"function\":{}},{\"id\":\"\",\"function\":{}}]}}]}"))
                .isEqualTo("{\"id\":\"chatcmpl-minted\",\"model\":\"chat-small\",\"choices\":[{\"message\":"
                        + "{\"tool_calls\":[{\"id\":\"call_minted\",\"function\":{}},{\"id\":\"call_minted\","
                        + "\"function\":{}},{\"id\":\"call_minted\",\"function\":{}}]}}]}");
        assertThat(whole("{ \"choices\":[{\"message\":{}}]}"))
                .isEqualTo("{\"model\":\"chat-small\",\"id\":\"chatcmpl-minted\", \"choices\":[{\"message\":{}}]}");
    }

    @Test
    void an_error_that_is_null_is_not_shown() {
        assertThat(whole("{\"error\":null,\"id\":\"1\",\"choices\":[{}],\"model\":\"m\"}"))
                .isEqualTo("{\"id\":\"1\",\"choices\":[{}],\"model\":\"chat-small\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n\n",
                "<html></html>",
                "Internal Server Error",
                "null",
                "17",
                "[]",
                "[{}]",
                "\"text\"",
                "{}",
                "{\"id\":\"1\"",
                "{\"id\":\"1\"}{}",
                "{\"choices\":[]}",
                "{\"choices\":null}",
                "{\"choices\":[1]}",
                "{\"choices\":{}}"
            })
    void what_is_no_answer_is_a_broken_attempt(String body) {
        assertThat(failure(body)).isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void an_error_inside_a_200_means_what_it_says() {
        assertThat(failure("{\"error\":{\"code\":429,\"message\":\"slow down\"}}"))
                .isEqualTo(new AttemptFailure.Overloaded(429, "429: slow down", null));
        assertThat(failure("{\"error\":{\"code\":502,\"message\":\"bad upstream\"},\"choices\":[]}"))
                .isEqualTo(new AttemptFailure.Faulty(502, "502: bad upstream"));
        assertThat(failure("[{\"error\":{\"code\":503,\"message\":\"full\",\"status\":\"UNAVAILABLE\"}}]"))
                .isEqualTo(new AttemptFailure.Overloaded(503, "503: full", null));
        assertThat(failure("{\"object\":\"error\",\"message\":\"bad\",\"type\":\"BadRequestError\",\"code\":400}"))
                .isInstanceOf(AttemptFailure.Rejected.class);
        assertThat(failure("{\"detail\":\"something broke\"}")).isInstanceOf(AttemptFailure.Faulty.class);
        assertThat(failure("{\"error\":\"Unauthorized\",\"status\":401}"))
                .isInstanceOf(AttemptFailure.Misconfigured.class);
    }

    @Test
    void what_it_writes_is_always_json() {
        var random = new SplittableRandom(11);
        for (var i = 0; i < 3_000; i++) {
            var extra = RandomJson.object(random, 3);
            var members = extra.substring(1, extra.length() - 1).strip();
            var body = "{" + RandomJson.space(random) + members + (members.isEmpty() ? "" : ",")
                    + "\"choices\":[{\"message\":{\"reasoning\":" + RandomJson.value(random, 2)
                    + ",\"tool_calls\":[{\"function\":{\"arguments\":" + RandomJson.value(random, 2)
                    + "}}]},\"finish_reason\":null}]}";
            var answer = Answers.answer(Answers.UNARY);
            var written = answer.whole(Answers.bytes(body));
            if (written != null) {
                assertThat(RandomJson.isJson(written)).as(body).isTrue();
                assertThat(Answers.text(written)).contains("\"chat-small\"");
            } else {
                assertThat(answer.failure()).as(body).isNotNull();
            }
        }
    }
}
