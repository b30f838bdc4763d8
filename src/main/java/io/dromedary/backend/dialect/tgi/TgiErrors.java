package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.AttemptFailure.ContextTooLong;
import io.dromedary.backend.AttemptFailure.Exhausted;
import io.dromedary.backend.AttemptFailure.Faulty;
import io.dromedary.backend.AttemptFailure.Misconfigured;
import io.dromedary.backend.AttemptFailure.Overloaded;
import io.dromedary.backend.AttemptFailure.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What TGI's errors mean. The message decides before the status does: errors within a stream all claim to be a 422, and
 * as real statuses 422 stands for the caller's mistakes and for TGI's own.
 */
final class TgiErrors {
    private static final int LONGEST_MESSAGE = 2000;

    private TgiErrors() {}

    static AttemptFailure ofStatus(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
        var message = message(body);
        if (status == 401 || status == 403) {
            return new Misconfigured(status, "refused our credentials");
        }
        var meaning = meaning(message, retryAfter(headers));
        if (meaning != null) {
            return meaning;
        }
        return switch (status) {
            case 402 -> new Exhausted(status, "our account is used up");
            case 404, 405, 415 -> new Misconfigured(status, "does not know the path, the model or the content type");
            case 425, 429, 503, 529 -> new Overloaded(status, "overloaded", retryAfter(headers));
            case 408, 424 -> new Faulty(status, "failed with " + status);
            default ->
                status >= 400 && status < 500
                        ? rejected(status == 413 ? 413 : 400, message, status)
                        : new Faulty(status, "failed with " + status);
        };
    }

    /** An error object where an answer should be: {@code {"error":{"message"}}} or {@code {"error":"…"}}. */
    static AttemptFailure ofObject(JsonNode error) {
        var meaning = meaning(message(error), null);
        return meaning == null ? new Faulty(500, "an error object instead of an answer") : meaning;
    }

    private static @Nullable AttemptFailure meaning(String message, @Nullable Duration retryAfter) {
        var plain = message.replace("`", "");
        if (plain.startsWith("Model is overloaded")) {
            return new Overloaded(429, "overloaded", retryAfter);
        }
        if (plain.contains("inputs tokens + max_new_tokens must be <=")
                || plain.contains("inputs must have less than")) {
            return new ContextTooLong(message);
        }
        if (plain.startsWith("Request failed during generation")) {
            return new Faulty(424, "failed during generation");
        }
        if (plain.startsWith("Incomplete generation")) {
            return new Faulty(500, "incomplete generation");
        }
        // max_tokens was reached within the call: nothing that the caller did wrong, and nothing that can be shown
        if (plain.startsWith("Tool error: Failed to parse generated text")) {
            return new Faulty(422, "the answer ended within a tool call");
        }
        // a base model without a chat template, or --disable-grammar-support
        if (plain.contains("template not found") || plain.contains("grammar is not supported")) {
            return new Misconfigured(422, "the model has no chat template, or grammars are switched off");
        }
        return isCallers(plain) ? rejected(400, message, 422) : null;
    }

    private static boolean isCallers(String message) {
        return message.startsWith("Input validation error")
                || message.startsWith("Tool error")
                || message.startsWith("Template error")
                || message.startsWith("Missing template variable")
                || message.startsWith("Failed to deserialize the JSON body")
                || message.startsWith("Failed to parse the request body");
    }

    private static Rejected rejected(int status, String message, int sent) {
        var shown = message.isEmpty()
                ? "The backend rejected the request with " + sent + "."
                : message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
        var code = status == 413 ? "request_too_large" : null;
        return new Rejected(new Refusal.Rejected(status, shown, "invalid_request_error", null, code));
    }

    /** TGI never says when; a proxy before it may. */
    private static @Nullable Duration retryAfter(UnaryOperator<@Nullable String> headers) {
        var seconds = headers.apply("retry-after");
        return seconds != null && seconds.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }

    /** From an object, or a text that is no page of a proxy. */
    private static String message(byte[] body) {
        var json = Json.read(body);
        if (json != null && json.isObject()) {
            return message(json);
        }
        var text = new String(body, 0, Math.min(body.length, LONGEST_MESSAGE), StandardCharsets.UTF_8).strip();
        return text.startsWith("<") ? "" : text;
    }

    private static String message(JsonNode object) {
        var error = object.path("error");
        if (error.isTextual()) {
            return error.textValue();
        }
        return TgiRequest.text(error.isObject() ? error : object, "message");
    }
}
