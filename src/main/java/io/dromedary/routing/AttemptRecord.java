package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Target;
import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt, for the log and the metrics.
 *
 * @param dialect of the backend
 * @param failure or null where it answered
 */
public record AttemptRecord(
        Target target, String dialect, @Nullable AttemptFailure failure) {
    /** One word: {@code answered}, or the kind of failure. */
    public String outcome() {
        return switch (failure) {
            case null -> "answered";
            case AttemptFailure.NotSent f -> "not_sent";
            case AttemptFailure.Broken f -> "broken";
            case AttemptFailure.TimedOut f -> "timed_out";
            case AttemptFailure.Overloaded f -> "overloaded";
            case AttemptFailure.Faulty f -> "faulty";
            case AttemptFailure.Exhausted f -> "exhausted";
            case AttemptFailure.Misconfigured f -> "misconfigured";
            case AttemptFailure.ContextTooLong f -> "context_too_long";
            case AttemptFailure.Incapable f -> "incapable";
            case AttemptFailure.Rejected f -> "rejected";
        };
    }
}
