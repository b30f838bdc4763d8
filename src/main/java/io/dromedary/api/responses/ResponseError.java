package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.error.Refusal;
import java.util.Locale;

/**
 * Why a response failed.
 *
 * @param code a word, one of OpenAI's where there is one for it, e.g. {@code server_error}, {@code rate_limit_exceeded}
 * @param message shown to the caller
 */
public record ResponseError(String code, String message) {
    private static final String SERVER_ERROR = "server_error";
    private static final String RATE_LIMIT = "rate_limit_exceeded";
    private static final String INVALID_PROMPT = "invalid_prompt";
    private static final String NO_MESSAGE = "The backend failed while it answered.";

    public static ResponseError of(Refusal refusal) {
        var code = refusal.code();
        return new ResponseError(code == null ? code(refusal.status(), refusal.type()) : code, refusal.message());
    }

    /** Of what a chat stream says in place of a chunk: an object in any of the shapes that there are, or a text. */
    static ResponseError of(JsonNode error) {
        var message =
                error.isTextual() ? error.textValue() : error.path("message").asText("");
        var code = error.path("code").asText("");
        if (code.isEmpty() || code.chars().allMatch(Character::isDigit)) {
            code = code(
                    error.path("code").asInt(), error.path("type").asText("").toLowerCase(Locale.ROOT));
        }
        return new ResponseError(GrowingText.sound(code), message.isBlank() ? NO_MESSAGE : GrowingText.sound(message));
    }

    private static String code(int status, String type) {
        if (status == 429 || type.equals("requests") || type.equals("tokens") || type.startsWith("rate_limit")) {
            return RATE_LIMIT;
        }
        return status >= 400 && status < 500 || type.startsWith("invalid_request") ? INVALID_PROMPT : SERVER_ERROR;
    }
}
