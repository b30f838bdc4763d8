package io.dromedary.routing;

import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
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
 * @param passage when it was under way; null where it was never made
 */
public record AttemptRecord(
        Target target,
        String dialect,
        Ending ending,
        @Nullable AttemptFailure failure,
        @Nullable Passage passage) {
    /**
     * An attempt that was made. Times are those of {@link System#nanoTime()}.
     *
     * @param hedge it was made beside one that was late
     * @param firstTokenNanos from its start to the first token, or to the whole answer; 0 where there was none
     * @param endedNanos 0 while it is under way
     * @param usage as the backend reported it, or null
     * @param span null where the call is not traced
     */
    public record Passage(
            boolean hedge,
            long startedNanos,
            long firstTokenNanos,
            long endedNanos,
            @Nullable Usage usage,
            @Nullable TraceContext span) {}

    /** How an attempt ended. */
    public enum Ending {
        ANSWERED,
        FAILED,
        /** Another one, made beside it, spoke first. */
        OUTPACED,
        /** A call of a higher lane needed its place at the backend. */
        GAVE_WAY,
        /** The caller left, or had no more time. */
        LEFT
    }

    static AttemptRecord failed(Candidate candidate, AttemptFailure failure) {
        return new AttemptRecord(
                candidate.target(), candidate.backend().dialect().name(), Ending.FAILED, failure, null);
    }

    /** One word: the ending, or the kind of failure. */
    public String outcome() {
        return switch (ending) {
            case ANSWERED, OUTPACED, GAVE_WAY, LEFT -> ending.name().toLowerCase(Locale.ROOT);
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
