package io.dromedary.jobs.deferred;

import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Outcome;
import io.dromedary.jobs.Shortage;
import java.time.Duration;

/** Whether what a call came to is how its completion ends. */
final class Judgement {
    /** Attempts that fail before one is the result. */
    static final int ATTEMPTS = 2;

    /** How long room is waited for, from when the completion was promised. */
    static final Duration PATIENCE = Duration.ofHours(24);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Judgement() {}

    /**
     * Judges a call that was not left.
     *
     * @param number of the attempt, from 1
     * @param age of the promise
     * @return {@link Outcome#DONE} where this is the result
     */
    static Outcome of(Told told, int number, Duration age) {
        var status = told.status();
        if (lacksRoom(told)) {
            var left = PATIENCE.minus(age);
            return left.isPositive() ? new Outcome.Again(shorter(pause(told, age), left), false) : Outcome.DONE;
        }
        return status < 500 && status != 429 || number >= ATTEMPTS ? Outcome.DONE : new Outcome.Again(SHORTEST, true);
    }

    /** Nobody has failed at it: there was no room in the limits or at the backends, or none of those can be used now. */
    private static boolean lacksRoom(Told told) {
        return switch (told.status()) {
            case 429 -> !Shortage.isTooLarge(told) && !Shortage.isOfQuota(told);
            // ours alone: a backend's own is a 502
            case 503 -> true;
            case 502, 504 -> "0".equals(told.headers().get("x-dromedary-attempts"));
            default -> false;
        };
    }

    /** As told; else the longer, the longer it has waited already. */
    private static Duration pause(Told told, Duration age) {
        var wanted = Shortage.retryAfter(told);
        if (wanted.isPositive()) {
            return wanted;
        }
        var quarter = age.dividedBy(4);
        return quarter.compareTo(SHORTEST) < 0 ? SHORTEST : shorter(quarter, LONGEST);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
