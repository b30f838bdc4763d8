package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Decides what is tried after a failed attempt, while nothing was sent to the client. */
public final class RetryRule {
    private static final int ATTEMPTS_PER_BACKEND = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);
    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(150);
    private static final Ruling NEXT = new Ruling.Next();

    private final RandomGenerator random;

    /** @param random spreads the pauses, so that calls that failed together do not come back together */
    public RetryRule(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The ruling on one failure.
     *
     * @param attempts that the backend has had in this call, the one that failed included
     * @param equalFree a backend of the same priority for the same public model may be asked at once
     * @param window of the model that failed, in tokens; 0 for unknown
     */
    public Ruling on(AttemptFailure failure, int attempts, boolean equalFree, int window) {
        return switch (failure) {
            case AttemptFailure.NotSent f -> againSoon(attempts);
            case AttemptFailure.Broken f -> againSoon(attempts);
            case AttemptFailure.Faulty f -> againSoon(attempts);
            case AttemptFailure.Overloaded f ->
                f.status() == 429 && f.retryAfter() != null
                        ? againAfter(f.retryAfter(), attempts, equalFree)
                        : againSoon(attempts);
            case AttemptFailure.NotTried f -> NEXT;
            case AttemptFailure.TimedOut f -> NEXT;
            case AttemptFailure.Exhausted f -> NEXT;
            case AttemptFailure.Misconfigured f -> NEXT;
            case AttemptFailure.Incapable f -> NEXT;
            case AttemptFailure.ContextTooLong f -> new Ruling.NextModel(window);
            case AttemptFailure.Rejected f -> new Ruling.Stop();
        };
    }

    private Ruling againAfter(Duration wait, int attempts, boolean equalFree) {
        if (attempts >= ATTEMPTS_PER_BACKEND || equalFree || wait.compareTo(LONGEST_WAIT) > 0) {
            return NEXT;
        }
        return new Ruling.Again(wait.isNegative() ? Duration.ZERO : wait);
    }

    private Ruling againSoon(int attempts) {
        return attempts >= ATTEMPTS_PER_BACKEND
                ? NEXT
                : new Ruling.Again(Duration.ofNanos(random.nextLong(SHORTEST_PAUSE, LONGEST_PAUSE + 1)));
    }
}
