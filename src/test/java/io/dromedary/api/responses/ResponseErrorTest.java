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
}
