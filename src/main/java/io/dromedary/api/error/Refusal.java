package io.dromedary.api.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call gets no answer. {@link ErrorBody} renders each in OpenAI's error shape; the statuses, types and codes are
 * those that OpenAI's own clients know.
 */
public sealed interface Refusal {
    int status();

    /** Shown to the caller: what is wrong, and how to mend it. Never an inner address, a secret or a stack trace. */
    String message();

    /** OpenAI's error type. */
    String type();

    /** The field of the request that is wrong, e.g. {@code messages[0].content}. */
    default @Nullable String param() {
        return null;
    }

    default @Nullable String code() {
        return null;
    }

    /** A request that is wrong as it stands: 400. */
    record BadRequest(
            String message,
            @Nullable String param,
            @Nullable String code) implements Refusal {
        @Override
        public int status() {
            return 400;
        }

        @Override
        public String type() {
            return "invalid_request_error";
        }
    }

    /** No key, or one that nobody made: 401. */
    record Unauthorized(String message) implements Refusal {
        @Override
        public int status() {
            return 401;
        }

        @Override
        public String type() {
            return "invalid_request_error";
        }

        @Override
        public String code() {
            return "invalid_api_key";
        }
    }

    /** A known caller who may not do this: 403. */
    record Forbidden(String message, @Nullable String param, String code) implements Refusal {
        @Override
        public int status() {
            return 403;
        }

        @Override
        public String type() {
            return "invalid_request_error";
        }
    }

    /** No such path, model or object: 404. */
    record NotFound(String message, @Nullable String param, String code) implements Refusal {
        @Override
        public int status() {
            return 404;
        }

        @Override
        public String type() {
            return "invalid_request_error";
        }

        /** OpenAI's words for a model that is not there, or not for this caller. */
        public static NotFound model(String model) {
            return new NotFound(
                    "The model `" + model + "` does not exist or you do not have access to it.",
                    "model",
                    "model_not_found");
        }
    }

    /**
     * A refusal of the HTTP layer: wrong method, body too large, wrong content type, headers too large, too slow, and
     * such.
     */
    record Http(int status, String message, String code) implements Refusal {
        @Override
        public String type() {
            return status >= 500 ? "server_error" : "invalid_request_error";
        }
    }

    /** A backend's own verdict on the caller's request, passed on with the provider's reason. */
    record Rejected(
            int status,
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) implements Refusal {}

    /**
     * Every candidate failed.
     *
     * @param status 429 when each cause was one, 504 when each was a time-out, else 502
     * @param retryAfterSeconds the smallest that a backend named, or 0 for none
     * @param causes one line per backend, e.g. {@code openai: 503}; safe to show
     */
    record BackendsFailed(
            int status, String message, @Nullable String code, long retryAfterSeconds, List<String> causes)
            implements Refusal {
        @Override
        public String type() {
            return status == 429 ? "requests" : "server_error";
        }
    }

    /**
     * Past the caller's limits, or past what there is for its tier: 429.
     *
     * @param type what was short, {@code requests} or {@code tokens}
     * @param code {@code rate_limit_exceeded} or {@code resource_unavailable}
     * @param retryAfterSeconds after which the caller, alone, gets in; 0 where nobody knows
     */
    record Limited(String message, String type, String code, long retryAfterSeconds) implements Refusal {
        @Override
        public int status() {
            return 429;
        }
    }

    /** The gateway itself cannot serve now (draining, no backend usable): 503. */
    record Unavailable(String message, String code) implements Refusal {
        @Override
        public int status() {
            return 503;
        }

        @Override
        public String type() {
            return "service_unavailable_error";
        }
    }

    /** A fault of ours. The log has the cause under the request id; the caller gets none of it. */
    record Internal() implements Refusal {
        @Override
        public int status() {
            return 500;
        }

        @Override
        public String message() {
            return "The gateway failed on this request. Its log has the cause under the x-request-id of this answer.";
        }

        @Override
        public String type() {
            return "server_error";
        }
    }
}
