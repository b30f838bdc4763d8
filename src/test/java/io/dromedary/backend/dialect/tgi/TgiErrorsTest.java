package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.ContextTooLong;
import io.dromedary.backend.AttemptFailure.Exhausted;
import io.dromedary.backend.AttemptFailure.Faulty;
import io.dromedary.backend.AttemptFailure.Misconfigured;
import io.dromedary.backend.AttemptFailure.Overloaded;
import io.dromedary.backend.AttemptFailure.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiErrorsTest {
    @Test
    void a_validation_error_is_the_callers_and_keeps_its_reason() {
        var failure = failure(
                422,
                "{\"error\":\"Input validation error: `top_p` must be > 0.0 and < 1.0\",\"error_type\":\"validation\"}");
        assertThat(failure)
                .isEqualTo(new Rejected(new Refusal.Rejected(
                        400,
                        "Input validation error: `top_p` must be > 0.0 and < 1.0",
                        "invalid_request_error",
                        null,
                        null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`",
                "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000",
                "Input validation error: inputs tokens + max_new_tokens must be <= 8193"
            })
    void a_prompt_that_does_not_fit_is_told_apart(String message) {
        assertThat(failure(422, "{\"error\":\"" + message + "\",\"error_type\":\"validation\"}"))
                .isEqualTo(new ContextTooLong(message));
    }

    @Test
    void a_body_that_tgi_cannot_read_is_plain_text() {
        assertThat(
                        rejected(
                                422,
                                "Failed to deserialize the JSON body into the target type: missing field `messages` at line 1 column 144"))
                .isEqualTo(400);
        assertThat(rejected(400, "Failed to parse the request body as JSON: EOF while parsing"))
                .isEqualTo(400);
    }

    @Test
    void a_template_or_tool_error_is_the_callers() {
        assertThat(
                        rejected(
                                422,
                                "{\"error\":\"Template error: Conversation roles must alternate\",\"error_type\":\"template_error\"}"))
                .isEqualTo(400);
        assertThat(rejected(
                        422,
                        "{\"error\":\"Missing template variable: x\",\"error_type\":\"missing_template_variable\"}"))
                .isEqualTo(400);
        assertThat(rejected(
                        422, "{\"error\":\"Tool error: Tool with name any not found\",\"error_type\":\"tool_error\"}"))
                .isEqualTo(400);
        assertThat(
                        rejected(
                                422,
                                "{\"error\":\"Tool error: Grammar and tools are mutually exclusive\",\"error_type\":\"tool_error\"}"))
                .isEqualTo(400);
    }

    @Test
    void running_out_of_tokens_within_a_tool_call_is_not_the_callers_fault() {
        assertThat(
                        failure(
                                422,
                                "{\"error\":\"Tool error: Failed to parse generated text: EOF while parsing a string at line 1 column 40 \\\"{...\\\"\",\"error_type\":\"tool_error\"}"))
                .isInstanceOf(Faulty.class);
    }

    @Test
    void a_model_without_a_chat_template_or_without_grammars_is_set_up_wrong() {
        assertThat(failure(422, "{\"error\":\"Template error: template not found\",\"error_type\":\"template_error\"}"))
                .isInstanceOf(Misconfigured.class);
        assertThat(
                        failure(
                                422,
                                "{\"error\":\"Input validation error: grammar is not supported\",\"error_type\":\"validation\"}"))
                .isInstanceOf(Misconfigured.class);
    }

    @Test
    void wrong_credentials_come_with_an_empty_body() {
        assertThat(failure(401, "")).isInstanceOf(Misconfigured.class);
        assertThat(failure(403, "{\"error\":\"Model is overloaded\"}")).isInstanceOf(Misconfigured.class);
    }

    @Test
    void an_unknown_model_or_path_is_ours_to_mend() {
        assertThat(failure(404, "{\"error\":\"Model x does not exist\"}")).isInstanceOf(Misconfigured.class);
        assertThat(failure(415, "Expected request with `Content-Type: application/json`"))
                .isInstanceOf(Misconfigured.class);
    }

    @Test
    void a_body_beyond_the_payload_limit_is_too_large() {
        var failure = failure(413, "Failed to buffer the request body: length limit exceeded");
        assertThat(failure).isInstanceOf(Rejected.class);
        var refusal = ((Rejected) failure).refusal();
        assertThat(refusal.status()).isEqualTo(413);
        assertThat(refusal.code()).isEqualTo("request_too_large");
        assertThat(refusal.message()).contains("length limit exceeded");
    }

    @Test
    void overload_never_says_when_to_come_back() {
        assertThat(failure(429, "{\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}"))
                .isEqualTo(new Overloaded(429, "overloaded", null));
    }

    @Test
    void a_proxy_may_say_when_to_come_back() {
        var failure = Tgi.dialect().failure(503, Map.of("retry-after", "7")::get, new byte[0]);
        assertThat(failure).isEqualTo(new Overloaded(503, "overloaded", Duration.ofSeconds(7)));
        assertThat(Tgi.dialect().failure(503, Map.of("retry-after", "soon")::get, new byte[0]))
                .isEqualTo(new Overloaded(503, "overloaded", null));
    }

    @Test
    void a_failed_generation_is_a_fault() {
        assertThat(
                        failure(
                                424,
                                "{\"error\":\"Request failed during generation: Server error: CUDA out of memory\",\"error_type\":\"generation\"}"))
                .isInstanceOf(Faulty.class);
        assertThat(failure(500, "{\"error\":\"Incomplete generation\",\"error_type\":\"incomplete_generation\"}"))
                .isInstanceOf(Faulty.class);
        assertThat(failure(500, "{\"error\":\"x\",\"error_type\":\"stream_serialization_error\"}"))
                .isEqualTo(new Faulty(500, "failed with 500"));
        assertThat(failure(502, "<html>nginx</html>")).isEqualTo(new Faulty(502, "failed with 502"));
    }

    @Test
    void the_message_decides_also_in_a_stream_where_all_errors_claim_one_status() {
        assertThat(inStream("Request failed during generation: Server error: CUDA out of memory"))
                .isEqualTo(new Faulty(424, "failed during generation"));
        assertThat(inStream("Incomplete generation")).isEqualTo(new Faulty(500, "incomplete generation"));
    }

    private static @Nullable AttemptFailure inStream(String message) {
        return Tgi.read(
                        Tgi.HELLO_STREAM,
                        Tgi.sse("{\"error\":{\"message\":\"" + message + "\",\"http_status_code\":422}}"))
                .answer()
                .failure();
    }

    @Test
    void an_unhealthy_backend_is_overloaded() {
        assertThat(failure(503, "{\"error\":\"unhealthy\",\"error_type\":\"healthcheck\"}"))
                .isEqualTo(new Overloaded(503, "overloaded", null));
    }

    @Test
    void an_account_that_is_used_up_is_told_apart() {
        assertThat(failure(402, "{\"error\":\"You have exceeded your monthly included credits\"}"))
                .isInstanceOf(Exhausted.class);
    }

    @Test
    void a_page_of_a_proxy_is_not_shown() {
        var failure = failure(400, "<html>10.0.0.1</html>");
        assertThat(failure).isInstanceOf(Rejected.class);
        assertThat(((Rejected) failure).refusal().message()).isEqualTo("The backend rejected the request with 400.");
    }

    @Test
    void a_reason_names_nothing_from_inside() {
        assertThat(failure(
                                424,
                                "{\"error\":\"Request failed during generation: 10.0.0.7:9000 refused\",\"error_type\":\"generation\"}")
                        .reason())
                .doesNotContain("10.0.0.7");
    }

    private static int rejected(int status, String body) {
        var failure = failure(status, body);
        assertThat(failure).isInstanceOf(Rejected.class);
        var refusal = ((Rejected) failure).refusal();
        assertThat(refusal.type()).isEqualTo("invalid_request_error");
        assertThat(body).contains(refusal.message());
        return refusal.status();
    }

    private static AttemptFailure failure(int status, String body) {
        return Tgi.dialect().failure(status, name -> null, body.getBytes(StandardCharsets.UTF_8));
    }
}
