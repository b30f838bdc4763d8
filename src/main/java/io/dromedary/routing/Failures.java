package io.dromedary.routing;

import io.dromedary.api.Endpoint;
import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the caller is told when no candidate answered. */
final class Failures {
    private Failures() {}

    /**
     * @param all of which none answered; those that had to give way did not fail either
     * @param endpoint what was asked for
     */
    static Refusal refusal(List<AttemptRecord> all, Endpoint endpoint) {
        var attempts = all.stream().filter(attempt -> attempt.failure() != null).toList();
        for (var attempt : attempts) {
            if (attempt.failure() instanceof AttemptFailure.Rejected rejected) {
                return rejected.refusal();
            }
        }
        for (var attempt : attempts) {
            if (attempt.failure() instanceof AttemptFailure.ContextTooLong tooLong) {
                return new Refusal.BadRequest(tooLong.message(), endpoint.prompt(), "context_length_exceeded");
            }
        }
        if (attempts.isEmpty()) {
            return new Refusal.BackendsFailed(
                    502,
                    "No backend could answer: those that could are left alone for a while.",
                    "backend_failed",
                    0,
                    List.of());
        }
        if (attempts.stream().allMatch(attempt -> attempt.failure() instanceof AttemptFailure.Incapable)) {
            return ((AttemptFailure.Incapable)
                            Objects.requireNonNull(attempts.getFirst().failure()))
                    .refusal();
        }
        // what those that could are to blame for comes first, and decides
        var able = new ArrayList<AttemptRecord>();
        var unable = new ArrayList<AttemptRecord>();
        attempts.forEach(
                attempt -> (attempt.failure() instanceof AttemptFailure.Incapable ? unable : able).add(attempt));
        return backendsFailed(able, unable);
    }

    private static Refusal backendsFailed(List<AttemptRecord> attempts, List<AttemptRecord> unable) {
        var causes = attempts.stream().map(Failures::cause).toList();
        var text = Stream.concat(causes.stream(), unable.stream().map(Failures::cause))
                .collect(Collectors.joining("; "));
        if (attempts.stream().allMatch(attempt -> attempt.failure() instanceof AttemptFailure.Exhausted)) {
            return new Refusal.BackendsFailed(
                    429, "The quota at every backend is used up (" + text + ").", "insufficient_quota", 0, causes);
        }
        if (attempts.stream().allMatch(attempt -> isRateLimit(attempt.failure()))) {
            var retryAfter = attempts.stream()
                    .mapToLong(attempt -> retryAfterSeconds(attempt.failure()))
                    .filter(seconds -> seconds > 0)
                    .min()
                    .orElse(0);
            var message = "Every backend is at its limit (" + text + "). Try again "
                    + (retryAfter > 0 ? "in " + retryAfter + " s." : "a little later.");
            return new Refusal.BackendsFailed(429, message, "rate_limit_exceeded", retryAfter, causes);
        }
        if (attempts.stream().allMatch(attempt -> attempt.failure() instanceof AttemptFailure.TimedOut)) {
            return new Refusal.BackendsFailed(
                    504, "No backend answered in time (" + text + ").", "backend_timeout", 0, causes);
        }
        return new Refusal.BackendsFailed(502, "No backend could answer (" + text + ").", "backend_failed", 0, causes);
    }

    static String cause(AttemptRecord attempt) {
        return attempt.target().backend() + ": "
                + Objects.requireNonNull(attempt.failure()).reason();
    }

    private static boolean isRateLimit(@Nullable AttemptFailure failure) {
        return failure instanceof AttemptFailure.Overloaded overloaded && overloaded.status() == 429
                || failure instanceof AttemptFailure.Exhausted;
    }

    /** In whole seconds, rounded up. */
    private static long retryAfterSeconds(@Nullable AttemptFailure failure) {
        return failure instanceof AttemptFailure.Overloaded overloaded && overloaded.retryAfter() != null
                ? (overloaded.retryAfter().toMillis() + 999) / 1000
                : 0;
    }
}
