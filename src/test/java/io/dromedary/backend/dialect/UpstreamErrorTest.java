package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.ContextTooLong;
import io.dromedary.backend.AttemptFailure.Exhausted;
import io.dromedary.backend.AttemptFailure.Faulty;
import io.dromedary.backend.AttemptFailure.Misconfigured;
import io.dromedary.backend.AttemptFailure.Overloaded;
import io.dromedary.backend.AttemptFailure.Rejected;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamErrorTest {
    private static AttemptFailure failure(int status, String body) {
        return UpstreamError.failure(status, Map.<String, String>of()::get, Answers.bytes(body), Answers.CLOCK);
    }

    private static AttemptFailure inStream(String json) {
        var padded = Answers.bytes("  " + json);
        return UpstreamError.inStream(padded, 2, padded.length - 2);
    }

    private static Refusal.Rejected rejected(int status, String body) {
        return ((Rejected) failure(status, body)).refusal();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insufficient_quota",
                "credit_balance_exhausted",
                "organization_spend_limit_exceeded",
                "project_spend_limit_exceeded",
                "organization_usage_limit_exceeded",
                "enforced_spend_limit_reached"
            })
    void a_bill_counts_before_the_status(String code) {
        assertThat(failure(429, "{\"error\":{\"message\":\"m\",\"type\":\"" + code + "\",\"code\":\"" + code + "\"}}"))
                .isEqualTo(new Exhausted(429, "429 " + code));
    }

    @Test
    void payment_required_and_suspended_accounts_are_exhausted() {
        assertThat(failure(402, "")).isEqualTo(new Exhausted(402, "402"));
        assertThat(failure(412, "{\"error\":{\"message\":\"Account acme is suspended\"}}"))
                .isEqualTo(new Exhausted(412, "412"));
        assertThat(failure(
                        429,
                        "[{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"quota\",\"details\":"
                                + "[{\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProject\"}]}]}}]"))
                .isInstanceOf(Exhausted.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "401 |",
                "401 | {\"error\":\"Unauthorized\"}",
                "401 | {\"message\":\"No API key found in request\",\"request_id\":\"1\"}",
                "403 | {\"error\":{\"message\":\"blocked\",\"code\":403}}",
                "407 | <html>proxy</html>",
                "400 | {\"code\":\"invalid-argument\",\"error\":\"Incorrect API key provided: xa***\"}",
                "400 | [{\"error\":{\"code\":400,\"message\":\"API key not valid. Pass a valid one.\"}}]",
                "498 | {\"message\":\"invalid token\"}",
                "400 | {\"error\":{\"message\":\"x\",\"code\":\"invalid_api_key\"}}"
            })
    void our_credentials_are_our_own_affair(int status, String body) {
        assertThat(failure(status, body == null ? "" : body))
                .isInstanceOfSatisfying(
                        Misconfigured.class,
                        f -> assertThat(f.reason())
                                .startsWith(Integer.toString(status))
                                .doesNotContain("key not", "Incorrect", "token"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "400 | {\"error\":{\"message\":\"too many\",\"code\":\"context_length_exceeded\"}}",
                "400 | {\"error\":{\"message\":\"This model's maximum context length is 4096 tokens.\",\"code\":400}}",
                "400 | {\"error\":{\"code\":400,\"message\":\"request (9 tokens) exceeds the available context size (8"
                        + " tokens)\",\"type\":\"exceed_context_size_error\",\"n_ctx\":8}}",
                "422 | {\"error\":\"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: 9"
                        + " `inputs` tokens\",\"error_type\":\"validation\"}",
                "422 | {\"error\":\"Input validation error: `inputs` must have less than 6144 tokens. Given: 7000\"}",
                "400 | {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too"
                        + " long: 210000 tokens > 200000 maximum\"}}",
                "400 | {\"message\":\"Input is too long for requested model.\"}",
                "400 | {\"error\":{\"code\":400,\"message\":\"m\",\"metadata\":"
                        + "{\"error_type\":\"context_length_exceeded\"}}}"
            })
    void a_prompt_that_does_not_fit_is_told_apart(int status, String body) {
        assertThat(failure(status, body)).isInstanceOf(ContextTooLong.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "429 | 429 | {\"error\":{\"message\":\"m\",\"type\":\"rate_limit_error\"}}",
                "429 | 429 | {\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}",
                "503 | 503 | {\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}",
                "503 | 503 | <html>",
                "529 | 529 | {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}",
                "425 | 425 | ",
                "498 | 498 | {\"error\":{\"message\":\"Flex tier capacity exceeded\"}}",
                "422 | 429 | {\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}",
                "413 | 429 | {\"error\":{\"message\":\"Request too large\",\"code\":\"rate_limit_exceeded\"}}"
            })
    void too_much_to_do_is_an_overload(int status, int meant, String body) {
        assertThat(failure(status, body == null ? "" : body))
                .isInstanceOfSatisfying(
                        Overloaded.class, f -> assertThat(f.status()).isEqualTo(meant));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "500 | {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}",
                "502 | <html><head><title>502</title></head></html>",
                "504 |",
                "501 |",
                "520 |",
                "524 |",
                "408 |",
                "499 |",
                "424 | {\"error\":\"Request failed during generation: CUDA\",\"error_type\":\"generation\"}"
            })
    void what_breaks_inside_is_a_fault(int status, String body) {
        assertThat(failure(status, body == null ? "" : body))
                .isInstanceOfSatisfying(
                        Faulty.class, f -> assertThat(f.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "404 | {\"error\":{\"message\":\"The model `x` does not exist\",\"param\":null,\"code\":\"model_not_found\"}}",
                "404 | {\"error\":{\"message\":\"The model `x` does not exist.\",\"type\":\"NotFoundError\",\"code\":404}}",
                "404 | {\"error\":\"Model this/one does not exist\"}",
                "404 | {\"message\":\"no Route matched with those values\"}",
                "404 | {\"error\":{\"message\":\"m\",\"param\":\"model\"}}",
                "404 |",
                "405 |",
                "421 | {\"message\":\"Welcome to the OpenAI API!\"}",
                "301 |",
                "422 | {\"error\":\"Not found\",\"status\":422,\"message\":\"Model x not found\"}",
                "400 | {\"object\":\"error\",\"message\":\"Invalid model: x\",\"type\":\"invalid_model\",\"code\":\"1500\"}",
                "400 | {\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"The API deployment is not there\"}}",
                "400 | {\"object\":\"error\",\"message\":\"Only a && b allowed now, your model c\",\"code\":40301}"
            })
    void a_model_or_path_that_is_unknown_there_is_our_configuration(int status, String body) {
        assertThat(failure(status, body == null ? "" : body)).isInstanceOf(Misconfigured.class);
    }

    @Test
    void the_callers_own_fault_goes_to_the_caller_with_the_providers_reason() {
        assertThat(rejected(
                        400,
                        "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'\","
                                + "\"type\":\"invalid_request_error\",\"param\":\"max_tokens\","
                                + "\"code\":\"unsupported_parameter\"}}"))
                .isEqualTo(new Refusal.Rejected(
                        400,
                        "Unsupported parameter: 'max_tokens'",
                        "invalid_request_error",
                        "max_tokens",
                        "unsupported_parameter"));
    }

    @Test
    void integer_codes_become_strings() {
        assertThat(rejected(
                        400,
                        "{\"error\":{\"message\":\"bad\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}}"))
                .isEqualTo(new Refusal.Rejected(400, "bad", "BadRequestError", null, "400"));
    }

    @Test
    void a_content_filter_is_a_rejection_whatever_its_status() {
        var azure =
                "{\"error\":{\"message\":\"filtered\",\"param\":\"prompt\",\"code\":\"content_filter\",\"status\":400,"
                        + "\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}";

        assertThat(rejected(400, azure).code()).isEqualTo("content_filter");
        assertThat(rejected(403, azure).status()).isEqualTo(403);
    }

    @Test
    void statuses_stay_in_the_400_family_and_are_none_that_clients_repeat() {
        assertThat(rejected(409, "{\"error\":{\"message\":\"m\"}}").status()).isEqualTo(400);
        assertThat(rejected(413, "Payload too large").status()).isEqualTo(413);
        assertThat(rejected(422, "{\"error\":{\"message\":\"m\"}}").status()).isEqualTo(422);
        assertThat(rejected(404, "{\"error\":{\"message\":\"no such file\",\"param\":\"messages[0]\"}}")
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"error\":{\"message\":\"boo\"}}                              | boo",
                "{\"error\":\"boo\"}                                            | boo",
                "{\"error\":\"Bad Request\",\"status\":400,\"message\":\"boo\"} | boo",
                "{\"message\":\"boo\"}                                          | boo",
                "{\"object\":\"error\",\"message\":\"boo\"}                     | boo",
                "{\"detail\":\"boo\"}                                           | boo",
                "{\"detail\":[{\"loc\":[\"body\",\"messages\",0,\"role\"],\"msg\":\"boo\"}]} | messages[0].role: boo",
                "{\"object\":\"error\",\"message\":{\"detail\":[{\"loc\":[\"body\",\"user\"],\"msg\":\"boo\"},"
                        + "{\"msg\":\"baa\"}]}} | user: boo; baa",
                "[{\"error\":{\"code\":400,\"message\":\"boo\",\"status\":\"INVALID_ARGUMENT\"}}] | boo",
                "boo at line 1                                                  | boo at line 1",
                "\"boo\"                                                        | boo",
                "<!doctype html><title>boo</title>                              | an HTML page instead of an answer",
                "{}                                                             | no reason given",
                "                                                               | no reason given",
                "{\"error\":{\"type\":\"x\"}}                                   | no reason given",
                "{\"error\":{\"message\":7}}                                    | no reason given"
            })
    void every_shape_gives_its_message(String body, String message) {
        assertThat(rejected(400, body == null ? "" : body).message()).isEqualTo(message);
    }

    @Test
    void fastapis_location_is_the_param() {
        assertThat(rejected(422, "{\"detail\":[{\"loc\":[\"body\",\"messages\"],\"msg\":\"Field required\"}]}")
                        .param())
                .isEqualTo("messages");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "Overloaded     | {\"error\":{\"message\":\"Model is overloaded\",\"http_status_code\":422}}",
                "Faulty         | {\"error\":{\"message\":\"Request failed during generation: x\",\"http_status_code\":422}}",
                "Faulty         | {\"error\":{\"message\":\"Incomplete generation stream\",\"http_status_code\":422}}",
                "Rejected       | {\"error\":{\"message\":\"Input validation error: x\",\"http_status_code\":422}}",
                "Overloaded     | {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}",
                "Overloaded     | {\"error\":{\"message\":\"m\",\"code\":\"429\"}}",
                "Faulty         | {\"error\":{\"message\":\"m\",\"type\":\"server_error\"}}",
                "Faulty         | {\"error\":\"something\"}",
                "Rejected       | {\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":null}}",
                "Rejected       | {\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\",\"code\":400}",
                "Exhausted      | {\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}",
                "Misconfigured  | {\"error\":{\"message\":\"m\",\"type\":\"authentication_error\"}}",
                "ContextTooLong | {\"error\":{\"message\":\"m\",\"code\":\"context_length_exceeded\"}}",
                "Broken         | {\"error\":"
            })
    void an_error_in_a_stream_means_what_its_status_would(String kind, String json) {
        assertThat(inStream(json).getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void a_providers_wish_to_be_left_alone_is_kept() {
        var body = Answers.bytes("{\"error\":{\"message\":\"m\"}}");

        assertThat(UpstreamError.failure(429, Map.of("retry-after", "2")::get, body, Answers.CLOCK))
                .isEqualTo(new Overloaded(429, "429: m", Duration.ofSeconds(2)));
        assertThat(failure(
                        429, "[{\"error\":{\"code\":429,\"message\":\"m\",\"details\":[{\"retryDelay\":\"34.5s\"}]}}]"))
                .isEqualTo(new Overloaded(429, "429: m", Duration.ofMillis(34_500)));
    }

    @Test
    void numbers_that_nobody_can_hold_do_no_harm() {
        assertThat(inStream("{\"error\":{\"message\":\"m\",\"code\":1e99999999999999}}"))
                .isInstanceOf(AttemptFailure.Broken.class);
        assertThat(inStream("{\"error\":{\"message\":\"m\",\"code\":1e999999999}}"))
                .isInstanceOf(Faulty.class);
    }
}
