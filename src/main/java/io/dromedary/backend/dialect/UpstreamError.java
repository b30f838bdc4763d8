package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's error means for the attempt. The body's words count before the status: providers use one status for
 * several things, and some hide errors inside a 200. Nothing that is shown to callers has addresses or keys in it.
 */
public final class UpstreamError {
    /** Our account there is used up, or blocked for its bills. */
    private static final Set<String> BILLING = Set.of(
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "enforced_spend_limit_reached",
            "billing_hard_limit_reached",
            "billing_not_active",
            "billing_error",
            "exceeded_current_quota_error",
            "insufficient_balance",
            "arrearage",
            "daily_quota");

    private static final Pattern BILLING_TEXT = Pattern.compile("(?i)used all available credits|monthly spending limit"
            + "|monthly included credits|insufficient (?:balance|credits|funds)|credit balance is too low");

    private static final Set<String> FILTER =
            Set.of("content_filter", "content_policy_violation", "responsibleaipolicyviolation", "moderation_blocked");

    private static final Set<String> CREDENTIALS =
            Set.of("invalid_api_key", "authentication_error", "api_key_invalid", "unauthenticated", "permission_error");

    private static final Pattern CREDENTIAL_TEXT =
            Pattern.compile("(?i)incorrect api key|api[_ ]key[_ ](?:is )?(?:not valid|invalid)|invalid api key");

    private static final Set<String> TOO_LONG = Set.of("context_length_exceeded", "exceed_context_size_error");

    private static final Pattern TOO_LONG_TEXT = Pattern.compile(
            "(?i)maximum context length|context_length_exceeded"
                    + "|exceeds? the (?:available |model'?s? )?context (?:size|length|window)|prompt is too long"
                    + "|longer than the model'?s context|input is too long|`inputs` tokens \\+ `max_new_tokens` must be <=|`inputs` must have less than");

    /** Words for too much to do, and the status that each means. */
    private static final Map<String, Integer> OVERLOAD = Map.of(
            "overloaded", 429,
            "slow_down", 429,
            "rate_limit_exceeded", 429,
            "rate_limit_error", 429,
            "resource_exhausted", 429,
            "overloaded_error", 529,
            "server_is_overloaded", 503,
            "service_unavailable_error", 503,
            "unavailable", 503,
            "unavailable_error", 503);

    private static final Set<Integer> OVERLOAD_STATUS = Set.of(425, 429, 498, 503, 529);
    private static final Set<Integer> FAULT_STATUS = Set.of(408, 424, 499);

    /** Words for what the model wrote and could not be used: another try may go well. */
    private static final Set<String> UNUSABLE_GENERATION =
            Set.of("tool_use_failed", "json_validate_failed", "output_parse_failed");

    /** The server was started without what the request needs. */
    private static final Set<String> UNSUPPORTED = Set.of("not_supported_error", "notimplementederror");

    private static final Pattern BROKEN_GENERATION = Pattern.compile(
            "(?i)^(?:request failed during generation|incomplete generation|tool error: failed to parse generated)");

    private static final Set<String> UNKNOWN_MODEL =
            Set.of("model_not_found", "model_not_supported", "deploymentnotfound", "invalid_model", "unknown_model");

    /** OpenRouter's: none of the providers of this model takes what is in the request. */
    private static final Pattern NO_ENDPOINT = Pattern.compile("(?i)^no endpoints found that (?:support|can handle)");

    private static final Pattern UNKNOWN_MODEL_TEXT =
            Pattern.compile("(?i)\\bmodel\\b.{0,200}?\\b(?:does not exist|doesn't exist|not found|is unknown)"
                    + "|\\b(?:unknown|invalid|no such) model\\b|allowed now, your model");

    /** Words for the caller's own fault, for errors that name no status. */
    private static final Set<String> CALLERS_FAULT = Set.of(
            "invalid_request_error", "badrequesterror", "bad_request", "invalid_argument", "validation", "bad request");

    private UpstreamError() {}

    /**
     * What a status other than 2xx means.
     *
     * @param headers value of a header by lower-case name, or null
     * @param body as it came
     * @param clock for a {@code retry-after} that is a date
     */
    public static AttemptFailure failure(
            int status, UnaryOperator<@Nullable String> headers, byte[] body, InstantSource clock) {
        var error = ProviderError.read(body);
        var retryAfter = RetryAfter.read(headers, clock);
        return classify(status, error, retryAfter == null ? retryDelay(error) : retryAfter);
    }

    /** What an error object means that came in a stream, or in the body of a 200. */
    public static AttemptFailure inStream(JsonNode json) {
        var error = ProviderError.read(json);
        return classify(meantBy(error), error, retryDelay(error));
    }

    /** As {@link #inStream(JsonNode)}, for what may be JSON. */
    public static AttemptFailure inStream(byte[] buffer, int offset, int length) {
        var json = Json.read(buffer, offset, length);
        return json == null ? new AttemptFailure.Broken("an error that is not JSON") : inStream(json);
    }

    /** An error with a list around it, as Gemini sends it; null where there is none. */
    static @Nullable AttemptFailure inList(byte[] buffer, int start, int end) {
        var at = JsonScan.space(buffer, start, end);
        if (at == end || buffer[at] != '[') {
            return null;
        }
        var json = Json.read(buffer, at, end - at);
        return json != null && json.path(0).has("error") ? inStream(json) : null;
    }

    private static AttemptFailure classify(int status, ProviderError error, @Nullable Duration retryAfter) {
        if (status == 402
                || status == 412
                || error.isOneOf(BILLING)
                || BILLING_TEXT.matcher(error.message()).find()) {
            return new AttemptFailure.Exhausted(status, brief(status, error));
        }
        if (status < 500 && error.isOneOf(FILTER)) {
            return rejected(status, error);
        }
        if (NO_ENDPOINT.matcher(error.message()).find()) {
            return new AttemptFailure.Incapable(
                    new Refusal.BadRequest(Redaction.clean(error.message()), error.param(), "unsupported_parameter"));
        }
        if (isAboutCredentials(status, error)) {
            return new AttemptFailure.Misconfigured(status, brief(status, error));
        }
        if (error.isOneOf(TOO_LONG) || TOO_LONG_TEXT.matcher(error.message()).find()) {
            return new AttemptFailure.ContextTooLong(Redaction.clean(error.message()));
        }
        var overload = overload(status, error);
        if (overload != 0) {
            return new AttemptFailure.Overloaded(overload, reason(overload, error), retryAfter);
        }
        if (error.isOneOf(UNSUPPORTED)) {
            return new AttemptFailure.Misconfigured(status, reason(status, error));
        }
        if (status >= 500 || FAULT_STATUS.contains(status)) {
            return new AttemptFailure.Faulty(status, reason(status, error));
        }
        if (error.isOneOf(UNUSABLE_GENERATION)
                || BROKEN_GENERATION.matcher(error.message()).find()) {
            return new AttemptFailure.Faulty(500, reason(500, error));
        }
        if (isAboutConfiguration(status, error)) {
            return new AttemptFailure.Misconfigured(status, reason(status, error));
        }
        return rejected(status, error);
    }

    private static boolean isAboutCredentials(int status, ProviderError error) {
        // Cohere has 498 for a bad token, Groq for want of capacity
        return status == 401
                || status == 403
                || status == 407
                || (status == 498 && error.message().toLowerCase(Locale.ROOT).contains("token"))
                || error.isOneOf(CREDENTIALS)
                || (status < 500 && CREDENTIAL_TEXT.matcher(error.message()).find());
    }

    /** The status of an overload, 0 where it is none. */
    private static int overload(int status, ProviderError error) {
        if (OVERLOAD_STATUS.contains(status)) {
            return status;
        }
        for (var word : error.words()) {
            var meant = OVERLOAD.get(word);
            if (meant != null) {
                return meant;
            }
        }
        return error.message().startsWith("Model is overloaded") ? 429 : 0;
    }

    /** The upstream model is unknown there, or our address is wrong: nothing that the caller could mend. */
    private static boolean isAboutConfiguration(int status, ProviderError error) {
        if (error.isOneOf(UNKNOWN_MODEL)
                || UNKNOWN_MODEL_TEXT.matcher(error.message()).find()) {
            return true;
        }
        return switch (status) {
            case 404 -> error.param() == null || error.param().equals("model");
            case 405, 415, 421 -> true;
            default -> status < 400;
        };
    }

    private static AttemptFailure rejected(int status, ProviderError error) {
        // clients repeat a 409 by themselves, and what is not in the family is no refusal to them
        var family = status >= 400 && status < 500 && status != 409 ? status : 400;
        return new AttemptFailure.Rejected(new Refusal.Rejected(
                family,
                Redaction.clean(error.message()),
                error.type() == null ? "invalid_request_error" : Redaction.clean(error.type()),
                error.param() == null ? null : Redaction.clean(error.param()),
                error.code() == null ? null : Redaction.clean(error.code())));
    }

    private static int meantBy(ProviderError error) {
        if (error.status() != 0) {
            return error.status();
        }
        return error.isOneOf(CALLERS_FAULT) ? 400 : 500;
    }

    private static @Nullable Duration retryDelay(ProviderError error) {
        return error.retryDelay() == null
                ? RetryAfter.inWords(error.message())
                : RetryAfter.goDuration(error.retryDelay());
    }

    /** Status and message. */
    private static String reason(int status, ProviderError error) {
        return status + ": " + Redaction.cut(Redaction.clean(error.message()), 200);
    }

    /** Status and code only: what a provider says about our account is not for callers. */
    private static String brief(int status, ProviderError error) {
        return error.code() == null ? Integer.toString(status) : status + " " + Redaction.clean(error.code());
    }
}
