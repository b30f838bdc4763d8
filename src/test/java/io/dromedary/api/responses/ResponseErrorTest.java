package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenAI's clients know a list of codes, and take no other. */
final class ResponseErrorTest {
    @Test
    void a_refusal_has_a_code_that_clients_know() {
        assertThat(ResponseError.of(new Refusal.BackendsFailed(502, "No.", "backend_failed", 0, List.of("a: 500"))))
                .isEqualTo(new ResponseError("server_error", "No."));
        assertThat(ResponseError.of(new Refusal.BackendsFailed(429, "No.", "whatever", 0, List.of())))
                .isEqualTo(new ResponseError("rate_limit_exceeded", "No."));
        assertThat(ResponseError.of(new Refusal.Unavailable("No.", "store_unavailable"))
                        .code())
                .isEqualTo("server_error");
        assertThat(ResponseError.of(new Refusal.BadRequest("No.", "input", "context_length_exceeded"))
                        .code())
                .isEqualTo("invalid_prompt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'message':'m','code':'image_too_large'}|image_too_large",
                "{'message':'m','code':'stream_broken','type':'server_error'}|server_error",
                "{'message':'m','code':'1302','type':'requests'}|rate_limit_exceeded",
                "{'message':'m','code':429}|rate_limit_exceeded",
                "{'message':'m','code':'context_length_exceeded','type':'invalid_request_error'}|invalid_prompt",
                "{'message':'m','code':'context_length_exceeded'}|invalid_prompt",
                "{'message':'m'}|server_error",
            })
    void a_streams_error_has_a_code_that_clients_know(String error, String code) {
        assertThat(ResponseError.of(Json.object(error.replace('\'', '"').getBytes(UTF_8))))
                .isEqualTo(new ResponseError(code, "m"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error':{'code':'image_too_large','message':'m'}}|400|image_too_large|m",
                "{'error':{'code':'model_not_found','message':'m'}}|404|invalid_prompt|m",
                "{'error':{'code':'whatever','type':'requests','message':'m'}}|429|rate_limit_exceeded|m",
                "{'error':{'code':'whatever','type':'tokens','message':'m'}}|200|rate_limit_exceeded|m",
                "{'error':{'type':'invalid_request_error','message':'m'}}|200|invalid_prompt|m",
                "{'error':{'message':'m'}}|500|server_error|m",
                "{'error':{'message':'m'}}|399|server_error|m",
                "{'error':{'message':' '}}|503|server_error|The request was answered with the status 503.",
                "<html>|502|server_error|The request was answered with the status 502.",
            })
    void a_reply_that_is_an_error_has_a_code_that_clients_know_and_something_to_say(
            String body, int status, String code, String message) {
        assertThat(ResponseError.ofReply(status, body.replace('\'', '"').getBytes(UTF_8)))
                .isEqualTo(new ResponseError(code, message));
    }

    @Test
    void only_what_is_wrong_with_the_request_is_the_callers_fault() {
        assertThat(ResponseError.isCallersFault("image_too_large")).isTrue();
        assertThat(ResponseError.isCallersFault("rate_limit_exceeded")).isFalse();
        assertThat(ResponseError.isCallersFault("unheard_of")).isFalse();
    }
}
