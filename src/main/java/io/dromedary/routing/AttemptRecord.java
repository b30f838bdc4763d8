package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Target;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt, for the log and the metrics.
 *
 * @param dialect of the backend
 * @param failure there when it failed
 */
public record AttemptRecord(
        Target target,
        String dialect,
        Ending ending,
        @Nullable AttemptFailure failure) {
    /** How an attempt ended. */
    public enum Ending {
        ANSWERED,
        FAILED,
        /** Another one, made beside it, spoke first. */
        OUTPACED,
        /** The caller left, or had no more time. */
        LEFT
    }

    static AttemptRecord failed(Candidate candidate, AttemptFailure failure) {
        return new AttemptRecord(
                candidate.target(), candidate.backend().dialect().name(), Ending.FAILED, failure);
    }

    /** One word: the ending, or the kind of failure. */
    public String outcome() {
        return switch (ending) {
            case ANSWERED, OUTPACED, LEFT -> ending.name().toLowerCase(Locale.ROOT);
            case FAILED -> kind(Objects.requireNonNull(failure));
        };
    }

    private static String kind(AttemptFailure failure) {
        return switch (failure) {
            case AttemptFailure.NotTried f -> "not_tried";
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
