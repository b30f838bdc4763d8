package io.dromedary.backend.dialect.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.blocks.Spoken;
import io.dromedary.testing.AnthropicUpstream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AnthropicErrorsTest {
    private static final AnthropicDialect DIALECT = new AnthropicDialect(prefix -> prefix, Spoken.CLOCK);

    private static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(400, "invalid_request_error", "max_tokens: too many", AttemptFailure.Rejected.class),
                Arguments.of(
                        400,
                        "invalid_request_error",
                        "prompt is too long: 209377 tokens > 200000 maximum",
                        AttemptFailure.ContextTooLong.class),
                Arguments.of(
                        400,
                        "invalid_request_error",
                        "Your credit balance is too low to access the Anthropic API.",
                        AttemptFailure.Exhausted.class),
                Arguments.of(401, "authentication_error", "invalid x-api-key", AttemptFailure.Misconfigured.class),
                Arguments.of(402, "billing_error", "pay", AttemptFailure.Exhausted.class),
                Arguments.of(403, "permission_error", "no", AttemptFailure.Misconfigured.class),
                Arguments.of(404, "not_found_error", "model: claude-9", AttemptFailure.Misconfigured.class),
                Arguments.of(413, "request_too_large", "too large", AttemptFailure.Rejected.class),
                Arguments.of(429, "rate_limit_error", "slow down", AttemptFailure.Overloaded.class),
                Arguments.of(500, "api_error", "Internal server error", AttemptFailure.Faulty.class),
                Arguments.of(504, "timeout_error", "late", AttemptFailure.Faulty.class),
                Arguments.of(529, "overloaded_error", "Overloaded", AttemptFailure.Overloaded.class));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void each_error_has_its_class(int status, String type, String message, Class<? extends AttemptFailure> expected) {
        assertThat(failure(status, Map.of(), AnthropicUpstream.error(type, message)))
                .isInstanceOf(expected);
    }

    @Test
    void a_limit_that_has_nothing_left_says_when_to_come_again() {
        var headers = Map.of(
                "anthropic-ratelimit-requests-remaining", "3",
                "anthropic-ratelimit-requests-reset", "2027-01-15T09:00:00Z",
                "anthropic-ratelimit-input-tokens-remaining", "0",
                "anthropic-ratelimit-input-tokens-reset", "2027-01-15T08:00:20Z",
                "anthropic-ratelimit-output-tokens-remaining", "0",
                "anthropic-ratelimit-output-tokens-reset", "2027-01-15T08:00:12Z");

        assertThat(retryAfter(headers)).isEqualTo(Duration.ofSeconds(20));
        assertThat(retryAfter(Map.of("retry-after", "7"))).isEqualTo(Duration.ofSeconds(7));
        assertThat(retryAfter(Map.of())).isNull();
        assertThat(retryAfter(Map.of(
                        "anthropic-ratelimit-tokens-remaining", "0", "anthropic-ratelimit-tokens-reset", "soon")))
                .isNull();
    }

    private static @Nullable Duration retryAfter(Map<String, String> headers) {
        var failure = failure(429, headers, AnthropicUpstream.error("rate_limit_error", "slow"));
        return ((AttemptFailure.Overloaded) failure).retryAfter();
    }

    private static AttemptFailure failure(int status, Map<String, String> headers, String body) {
        return DIALECT.failure(status, headers::get, body.getBytes(StandardCharsets.UTF_8));
    }
}
