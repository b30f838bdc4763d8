package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import io.dromedary.config.RetrySettings;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Decides what is tried after a failed attempt, while nothing was sent to the client. */
public final class RetryRule {
    private static final Ruling NEXT = new Ruling.Next();

    private final RandomGenerator random;

    /** @param random spreads the pauses, so that calls that failed together do not come back together */
    public RetryRule(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The ruling on one failure.
     *
     * @param settings of the backend for the model
     * @param attempts that the backend has had in this call, the one that failed included
     * @param equalFree a backend of the same priority for the same public model may be asked at once
     * @param window of the model that failed, in tokens; 0 for unknown
     */
    public Ruling on(AttemptFailure failure, RetrySettings settings, int attempts, boolean equalFree, int window) {
        return switch (failure) {
            case AttemptFailure.NotSent f -> againSoon(settings, attempts);
            case AttemptFailure.Broken f -> againSoon(settings, attempts);
            case AttemptFailure.Faulty f -> againSoon(settings, attempts);
            case AttemptFailure.Overloaded f ->
                f.status() == 429 && f.retryAfter() != null
                        ? againAfter(f.retryAfter(), settings, attempts, equalFree)
                        : againSoon(settings, attempts);
            case AttemptFailure.NotTried f -> NEXT;
            case AttemptFailure.TimedOut f -> NEXT;
            case AttemptFailure.Exhausted f -> NEXT;
            case AttemptFailure.Misconfigured f -> NEXT;
            case AttemptFailure.Incapable f -> NEXT;
            case AttemptFailure.ContextTooLong f -> new Ruling.NextModel(window);
            case AttemptFailure.Rejected f -> new Ruling.Stop();
        };
    }

    private Ruling againAfter(Duration wait, RetrySettings settings, int attempts, boolean equalFree) {
        if (attempts >= settings.attempts() || equalFree || wait.compareTo(settings.longestWait()) > 0) {
            return NEXT;
        }
        return new Ruling.Again(wait.isNegative() ? Duration.ZERO : wait);
    }

    private Ruling againSoon(RetrySettings settings, int attempts) {
        return attempts >= settings.attempts()
                ? NEXT
                : new Ruling.Again(Duration.ofNanos(random.nextLong(
                        settings.shortestPause().toNanos(),
                        settings.longestPause().toNanos() + 1)));
    }
}
