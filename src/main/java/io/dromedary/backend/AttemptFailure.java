package io.dromedary.backend;

import io.dromedary.api.error.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why one attempt on one backend gave no answer. A value, because failover decides on it. */
public sealed interface AttemptFailure {
    /** For logs and for the causes of a refusal: short, without inner addresses or secrets. */
    String reason();

    /** No attempt was made: the backend has kept failing, and is left alone for a while. */
    record NotTried(String reason) implements AttemptFailure {}

    /** The request never left: refused, no such host, no TLS, no connection in time. */
    record NotSent(String reason) implements AttemptFailure {}

    /** The connection broke, or what came was no answer: reset, cut, empty, not JSON, the wrong content type. */
    record Broken(String reason) implements AttemptFailure {}

    /** A deadline passed. */
    record TimedOut(Deadline deadline) implements AttemptFailure {
        /** Which one. */
        public enum Deadline {
            FIRST_TOKEN("no first token in time"),
            BETWEEN_TOKENS("silent for too long"),
            TOTAL("not finished in time");

            private final String reason;

            Deadline(String reason) {
                this.reason = reason;
            }
        }

        @Override
        public String reason() {
            return deadline.reason;
        }
    }

    /**
     * The backend has too much to do, for this key or at all: 429, 503, 529, TGI's "Model is overloaded".
     *
     * @param status as the provider sent or meant it
     * @param retryAfter as the provider named it
     */
    record Overloaded(int status, String reason, @Nullable Duration retryAfter) implements AttemptFailure {}

    /** The backend failed inside: 5xx, a generation that broke. */
    record Faulty(int status, String reason) implements AttemptFailure {}

    /** Our account there is used up: {@code insufficient_quota}, 402. Waiting does not help. */
    record Exhausted(int status, String reason) implements AttemptFailure {}

    /** Our credentials or our configuration are wrong there: 401, 403, an upstream model that it does not know. */
    record Misconfigured(int status, String reason) implements AttemptFailure {}

    /** The prompt does not fit the model. Never again on the same model. */
    record ContextTooLong(String message) implements AttemptFailure {
        @Override
        public String reason() {
            return "context_length_exceeded";
        }
    }

    /** The backend cannot do what was asked, which the gateway knew before sending anything. */
    record Incapable(Refusal refusal) implements AttemptFailure {
        @Override
        public String reason() {
            return "cannot take " + (refusal.param() == null ? "so large a file" : refusal.param());
        }
    }

    /** The caller's own fault, or the provider's content filter: passed on with the provider's reason. */
    record Rejected(Refusal.Rejected refusal) implements AttemptFailure {
        @Override
        public String reason() {
            return "rejected the request with " + refusal.status();
        }
    }
}
