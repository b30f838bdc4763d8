package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import java.util.Locale;
import java.util.Set;

/**
 * Why a response failed.
 *
 * @param code one of the words that OpenAI has for it, for its clients take no other; the message says the rest
 * @param message shown to the caller
 */
public record ResponseError(String code, String message) {
    private static final String SERVER_ERROR = "server_error";
    private static final String RATE_LIMIT = "rate_limit_exceeded";
    private static final String INVALID_PROMPT = "invalid_prompt";
    private static final String TOO_LONG = "context_length_exceeded";

    /** Those that say what is wrong with the request. */
    private static final Set<String> CALLERS_FAULT = Set.of(
            INVALID_PROMPT,
            "bio_policy",
            "invalid_image",
            "invalid_image_format",
            "invalid_base64_image",
            "invalid_image_url",
            "image_too_large",
            "image_too_small",
            "image_parse_error",
            "image_content_policy_violation",
            "invalid_image_mode",
            "image_file_too_large",
            "unsupported_image_media_type",
            "empty_image_file",
            "failed_to_download_image",
            "image_file_not_found");

    private static final Set<String> OTHERS =
            Set.of(SERVER_ERROR, RATE_LIMIT, "data_residency_mismatch", "vector_store_timeout");
    private static final String NO_MESSAGE = "The backend failed while it answered.";

    public static ResponseError of(Refusal refusal) {
        var code = refusal.code();
        return new ResponseError(
                code != null && isKnown(code) ? code : code(refusal.status(), refusal.type()), refusal.message());
    }

    /**
     * Of an error as the API tells it.
     *
     * @param status of the reply
     * @param body its body, {@code {"error":{…}}} where all is well
     */
    public static ResponseError ofReply(int status, byte[] body) {
        var error = error(body);
        var code = error.path("code").asText("");
        var message = error.path("message").asText("");
        return new ResponseError(
                isKnown(code) ? code : code(status, error.path("type").asText("")),
                message.isBlank() ? "The request was answered with the status " + status + "." : message);
    }

    private static JsonNode error(byte[] body) {
        var read = Json.read(body);
        return read == null ? NullNode.getInstance() : read.path("error");
    }

    /** Something went wrong here, or at a backend. */
    public static ResponseError ofServer(String message) {
        return new ResponseError(SERVER_ERROR, message);
    }

    /** Of what a chat stream says in place of a chunk: an object in any of the shapes that there are, or a text. */
    static ResponseError of(JsonNode error) {
        var message =
                error.isTextual() ? error.textValue() : error.path("message").asText("");
        var code = error.path("code").asText("");
        if (code.equals(TOO_LONG)) {
            code = INVALID_PROMPT;
        } else if (!isKnown(code)) {
            code = code(
                    error.path("code").asInt(), error.path("type").asText("").toLowerCase(Locale.ROOT));
        }
        return new ResponseError(code, message.isBlank() ? NO_MESSAGE : GrowingText.sound(message));
    }

    /** A code of OpenAI's that says what is wrong with the request, and not with who was to answer it. */
    public static boolean isCallersFault(String code) {
        return CALLERS_FAULT.contains(code);
    }

    private static boolean isKnown(String code) {
        return CALLERS_FAULT.contains(code) || OTHERS.contains(code);
    }

    private static String code(int status, String type) {
        if (status == 429 || type.equals("requests") || type.equals("tokens") || type.startsWith("rate_limit")) {
            return RATE_LIMIT;
        }
        return status >= 400 && status < 500 || type.startsWith("invalid_request") ? INVALID_PROMPT : SERVER_ERROR;
    }
}
