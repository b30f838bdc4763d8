package io.dromedary.api.error;

import io.dromedary.api.Reply;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.sse.SseFrame;
import java.nio.charset.StandardCharsets;

/** The APIs that word their errors differently. */
public enum ErrorShape {
    /** {@code {"error":{"message","type","param","code"}}}. */
    OPENAI {
        @Override
        public Reply.Whole reply(Refusal refusal, String requestId) {
            return ErrorBody.reply(refusal);
        }

        @Override
        public byte[] event(byte[] body) {
            return SseFrame.of(body);
        }
    },

    /**
     * {@code {"type":"error","error":{"type","message"},"request_id"}}; where a field is wrong the error has {@code param}
     * and {@code code} too, which Anthropic's own has not. A code that its clients act on stands where they look for it, in
     * {@code details}.
     */
    ANTHROPIC {
        @Override
        public Reply.Whole reply(Refusal refusal, String requestId) {
            var json = new StringBuilder(160).append("{\"type\":\"error\",\"error\":{\"type\":");
            JsonText.quote(json, type(refusal.status())).append(",\"message\":");
            JsonText.quote(json, refusal.message());
            if (refusal.param() != null) {
                JsonText.quote(json.append(",\"param\":"), refusal.param());
            }
            if (refusal.code() != null) {
                JsonText.quote(json.append(",\"code\":"), refusal.code());
            }
            if (NO_THREADS.equals(refusal.code())) {
                JsonText.quote(json.append(",\"details\":{\"error_code\":"), NO_THREADS)
                        .append('}');
            }
            JsonText.quote(json.append("},\"request_id\":"), requestId).append('}');
            return Reply.Whole.json(refusal.status(), json.toString().getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public byte[] event(byte[] body) {
            return SseFrame.of("error", body);
        }
    };

    /** Anthropic's clients send all of a conversation once they are told this, and no thread from then on. */
    public static final String NO_THREADS = "thread_unsupported_request";

    private static final String MESSAGES = "/v1/messages";

    /** That of the API which has this path. */
    public static ErrorShape of(String endpoint) {
        return endpoint.equals(MESSAGES) || endpoint.startsWith(MESSAGES + "/") ? ANTHROPIC : OPENAI;
    }

    /** The refusal as the answer to a request. */
    public abstract Reply.Whole reply(Refusal refusal, String requestId);

    /** @param body of {@link #reply}, to be told in a stream whose status line is out */
    public abstract byte[] event(byte[] body);

    /** Anthropic's word for an error with this status. */
    public static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 408, 504 -> "timeout_error";
            case 503, 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
