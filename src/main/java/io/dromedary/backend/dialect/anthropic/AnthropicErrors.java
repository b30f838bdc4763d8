package io.dromedary.backend.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.Exhausted;
import io.dromedary.backend.AttemptFailure.Misconfigured;
import io.dromedary.backend.AttemptFailure.Overloaded;
import io.dromedary.backend.AttemptFailure.Rejected;
import io.dromedary.backend.dialect.UpstreamError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the errors of the Messages API mean, where they mean something else than the same words of others. */
final class AnthropicErrors {
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final String[] LIMITS = {"requests", "tokens", "input-tokens", "output-tokens"};

    private AnthropicErrors() {}

    /** @param clock for limits, which name the time of their reset */
    static AttemptFailure ofStatus(
            int status, UnaryOperator<@Nullable String> headers, byte[] body, InstantSource clock) {
        var failure = own(UpstreamError.failure(status, headers, body, clock));
        if (failure instanceof Overloaded overloaded && overloaded.retryAfter() == null) {
            return new Overloaded(overloaded.status(), overloaded.reason(), reset(headers, clock));
        }
        // nothing that a caller named is looked up there but the model, which is ours
        return failure instanceof Rejected && status == 404
                ? new Misconfigured(404, "404: something was not found")
                : failure;
    }

    /** An error in a stream, or in the body of a 200. */
    static AttemptFailure inBody(JsonNode error) {
        return own(UpstreamError.inStream(error));
    }

    /** An account without credit is told as a request that is not valid. */
    private static AttemptFailure own(AttemptFailure failure) {
        return failure instanceof Rejected rejected
                        && rejected.refusal().message().contains("credit balance is too low")
                ? new Exhausted(rejected.refusal().status(), "our credit balance there is too low")
                : failure;
    }

    /** When the last of the limits that have nothing left is reset, from now. */
    private static @Nullable Duration reset(UnaryOperator<@Nullable String> headers, InstantSource clock) {
        Duration longest = null;
        for (var limit : LIMITS) {
            var at = headers.apply("anthropic-ratelimit-" + limit + "-reset");
            if (at != null && "0".equals(headers.apply("anthropic-ratelimit-" + limit + "-remaining"))) {
                var wait = until(at, clock);
                longest = longest == null || wait != null && wait.compareTo(longest) > 0 ? wait : longest;
            }
        }
        return longest;
    }

    private static @Nullable Duration until(String time, InstantSource clock) {
        try {
            var wait = Duration.between(clock.instant(), Instant.parse(time));
            return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
