package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.ContextTooLong;
import io.dromedary.backend.AttemptFailure.Exhausted;
import io.dromedary.backend.AttemptFailure.Faulty;
import io.dromedary.backend.AttemptFailure.Incapable;
import io.dromedary.backend.AttemptFailure.Misconfigured;
import io.dromedary.backend.AttemptFailure.Overloaded;
import io.dromedary.backend.AttemptFailure.Rejected;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The errors of each provider, in the shapes that it has, and what follows from them. */
final class FamilyErrorsTest {
    private static AttemptFailure failure(String dialect, int status, String body) {
        return Kin.dialect(dialect).failure(status, Map.<String, String>of()::get, Answers.bytes(body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "azure-openai | 401 | {\"error\":{\"code\":\"401\",\"message\":\"Access denied due to invalid subscription key.\"}} | Misconfigured",
                "azure-openai | 404 | {\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"The API deployment for this resource does not exist.\"}} | Misconfigured",
                "azure-openai | 429 | {\"error\":{\"code\":\"429\",\"message\":\"Requests have exceeded call rate limit.\"}} | Overloaded",
                "azure-openai | 400 | {\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"param\":\"prompt\",\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}} | Rejected",
                "xai | 400 | {\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key provided: xa***12.\"} | Misconfigured",
                "xai | 404 | {\"code\":\"Some requested entity was not found\",\"error\":\"The model grok-9 does not exist.\"} | Misconfigured",
                "xai | 429 | {\"code\":\"Some resource has been exhausted\",\"error\":\"Your team has either used all available credits or reached its monthly spending limit.\"} | Exhausted",
                "xai | 400 | {\"code\":\"Client specified an invalid argument\",\"error\":\"Argument not supported on this model: stop\"} | Rejected",
                "nebius | 404 | {\"detail\":\"The model `x` does not exist.\"} | Misconfigured",
                "nebius | 422 | {\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"messages\"],\"msg\":\"Field required\"}]} | Rejected",
                "scaleway | 403 | {\"error\":\"FORBIDDEN\",\"status\":403,\"message\":\"insufficient permissions\"} | Misconfigured",
                "scaleway | 422 | {\"error\":\"Unprocessable\",\"status\":422,\"message\":\"Unknown model x\"} | Misconfigured",
                "scaleway | 429 | {\"error\":\"TOO_MANY\",\"status\":429,\"message\":\"slow\"} | Overloaded",
                "groq | 400 | {\"error\":{\"message\":\"Failed to call a function.\",\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\",\"failed_generation\":\"<function\"}} | Faulty",
                "groq | 400 | {\"error\":{\"message\":\"Failed to validate JSON.\",\"type\":\"invalid_request_error\",\"code\":\"json_validate_failed\"}} | Faulty",
                "groq | 498 | {\"error\":{\"message\":\"capacity exceeded\",\"type\":\"server_error\"}} | Overloaded",
                "groq | 413 | {\"error\":{\"message\":\"Request too large for model on tokens per minute (TPM)\",\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}} | Overloaded",
                "groq | 400 | {\"error\":{\"message\":\"property 'x' is unsupported\",\"type\":\"invalid_request_error\"}} | Rejected",
                "together | 524 | <html>a timeout occurred</html> | Faulty",
                "together | 529 | {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}} | Overloaded",
                "together | 402 | {\"error\":{\"message\":\"Credit limit exceeded\",\"type\":\"credit_limit\"}} | Exhausted",
                "fireworks | 412 | {\"error\":{\"message\":\"Account acme is suspended\"}} | Exhausted",
                "fireworks | 404 | {\"error\":{\"object\":\"error\",\"type\":\"invalid_request_error\",\"code\":\"NOT_FOUND\",\"message\":\"Model not found, inaccessible, and/or not deployed\"}} | Misconfigured",
                "deepseek | 402 | {\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\",\"param\":null,\"code\":\"invalid_request_error\"}} | Exhausted",
                "deepseek | 503 | {\"error\":{\"message\":\"Service is too busy.\",\"type\":\"service_unavailable_error\"}} | Overloaded",
                "mistral | 422 | {\"object\":\"error\",\"message\":{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],\"msg\":\"Extra inputs are not permitted\"}]},\"type\":\"invalid_request_error\",\"param\":null,\"code\":null} | Rejected",
                "mistral | 401 | {\"message\":\"Unauthorized\",\"request_id\":\"ab\"} | Misconfigured",
                "mistral | 400 | {\"object\":\"error\",\"message\":\"Invalid model: x\",\"type\":\"invalid_model\",\"param\":null,\"code\":\"1500\",\"raw_status_code\":400} | Misconfigured",
                "mistral | 429 | {\"object\":\"error\",\"message\":\"Service tier capacity exceeded for this model.\",\"type\":\"service_tier_capacity_exceeded\",\"param\":null,\"code\":\"3505\"} | Overloaded",
                "cohere | 401 | {\"message\":\"invalid api token\",\"id\":\"1\"} | Misconfigured",
                "cohere | 498 | {\"message\":\"invalid token\"} | Misconfigured",
                "cohere | 429 | {\"message\":\"You are using a Trial key, which is limited to 20 API calls / minute.\"} | Overloaded",
                "cohere | 499 | {\"message\":\"request cancelled\"} | Faulty",
                "cohere | 400 | {\"message\":\"invalid request: message must be at least 1 token long\"} | Rejected",
                "gemini | 400 | [{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}] | Misconfigured",
                "gemini | 400 | [{\"error\":{\"code\":400,\"message\":\"Invalid JSON payload received. Unknown name 'seed': Cannot find field.\",\"status\":\"INVALID_ARGUMENT\"}}] | Rejected",
                "gemini | 404 | [{\"error\":{\"code\":404,\"message\":\"models/x is not found for API version v1main\",\"status\":\"NOT_FOUND\"}}] | Misconfigured",
                "gemini | 503 | [{\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\"}}] | Overloaded",
                "gemini | 429 | [{\"error\":{\"code\":429,\"message\":\"quota\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"violations\":[{\"quotaId\":\"GenerateRequestsPerDayPerProject\"}]}]}}] | Exhausted",
                "openrouter | 402 | {\"error\":{\"code\":402,\"message\":\"Insufficient credits\"}} | Exhausted",
                "openrouter | 403 | {\"error\":{\"code\":403,\"message\":\"x requires moderation. Your input was flagged\",\"metadata\":{\"reasons\":[\"violence\"],\"flagged_input\":\"kill\"}}} | Rejected",
                "openrouter | 403 | {\"error\":{\"code\":403,\"message\":\"Key disabled\"}} | Misconfigured",
                "openrouter | 404 | {\"error\":{\"message\":\"No endpoints found that support tool use.\",\"code\":404}} | Incapable",
                "openrouter | 404 | {\"error\":{\"message\":\"No endpoints found for x/y.\",\"code\":404}} | Misconfigured",
                "openrouter | 524 | {\"error\":{\"code\":524,\"message\":\"Provider timed out\"}} | Faulty",
                "huggingface | 404 | {\"error\":\"Model x does not exist\"} | Misconfigured",
                "huggingface | 400 | {\"error\":{\"message\":\"The requested model 'x' is not supported by any provider you have enabled.\",\"type\":\"invalid_request_error\",\"param\":\"model\",\"code\":\"model_not_supported\"}} | Misconfigured",
                "huggingface | 402 | {\"error\":\"You have exceeded your monthly included credits for Inference Providers.\"} | Exhausted",
                "predictionguard | 403 | {\"error\":\"api key is invalid\"} | Misconfigured",
                "predictionguard | 400 | {\"error\":\"pii detected\"} | Rejected",
                "sglang | 400 | {\"object\":\"error\",\"message\":\"The input (9 tokens) is longer than the model's context length\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400} | ContextTooLong",
                "sglang | 401 | {\"error\":\"Unauthorized\"} | Misconfigured",
                "llamacpp | 503 | {\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}} | Overloaded",
                "llamacpp | 400 | {\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":9,\"n_ctx\":8}} | ContextTooLong",
                "llamacpp | 501 | {\"error\":{\"code\":501,\"message\":\"This server does not support embeddings.\",\"type\":\"not_supported_error\"}} | Misconfigured",
                "ollama | 404 | {\"error\":{\"message\":\"model \\\"x\\\" not found, try pulling it first\",\"type\":\"not_found_error\",\"param\":null,\"code\":null}} | Misconfigured",
                "ollama | 503 | {\"error\":{\"message\":\"server busy, please try again.  maximum pending requests exceeded\",\"type\":\"api_error\",\"param\":null,\"code\":null}} | Overloaded",
                "ollama | 400 | {\"error\":{\"message\":\"registry.ollama.ai/library/x does not support tools\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}} | Rejected"
            })
    void each_provider_is_understood(String dialect, int status, String body, String kind) {
        assertThat(failure(dialect, status, body).getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void every_kind_is_one_that_failover_knows() {
        assertThat(AttemptFailure.class.getPermittedSubclasses())
                .contains(
                        Misconfigured.class,
                        Exhausted.class,
                        Overloaded.class,
                        Faulty.class,
                        Rejected.class,
                        Incapable.class,
                        ContextTooLong.class);
    }

    @Test
    void an_error_hides_inside_a_200() {
        var answer = Kin.answer("openrouter", false, Map.of());

        assertThat(
                        answer.whole(
                                Answers.bytes(
                                        "{\"error\":{\"code\":429,\"message\":\"rate limited upstream\",\"metadata\":{\"provider_name\":\"Acme\"}},\"user_id\":\"u\"}")))
                .isNull();

        assertThat(answer.failure())
                .isInstanceOfSatisfying(
                        Overloaded.class, f -> assertThat(f.status()).isEqualTo(429));
    }

    @Test
    void a_list_around_an_error_hides_nothing_in_a_stream() {
        var answer = Kin.answer("gemini", true, Map.of());

        Answers.event(
                answer,
                "[{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"retryDelay\":\"34s\"}]}}]");

        assertThat(answer.failure())
                .isInstanceOfSatisfying(
                        Overloaded.class, f -> assertThat(f.retryAfter()).isEqualTo(Duration.ofSeconds(34)));
    }

    @Test
    void what_no_provider_of_a_model_takes_is_a_400_that_says_so() {
        var failure = failure(
                "openrouter",
                404,
                "{\"error\":{\"message\":\"No endpoints found that can handle the requested parameters.\",\"code\":404}}");

        assertThat(failure)
                .isInstanceOfSatisfying(
                        Incapable.class,
                        f -> assertThat(f.refusal())
                                .isEqualTo(new Refusal.BadRequest(
                                        "No endpoints found that can handle the requested parameters.",
                                        null,
                                        "unsupported_parameter")));
    }

    @Test
    void words_tell_how_long_to_wait_where_no_header_does() {
        assertThat(
                        failure(
                                "groq",
                                429,
                                "{\"error\":{\"message\":\"Rate limit reached. Please try again in 7.5s.\",\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}"))
                .isInstanceOfSatisfying(
                        Overloaded.class, f -> assertThat(f.retryAfter()).isEqualTo(Duration.ofMillis(7500)));
    }
}
