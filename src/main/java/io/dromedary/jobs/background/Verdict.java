package io.dromedary.jobs.background;

import io.dromedary.api.responses.ResponseError;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Shortage;
import io.dromedary.responses.BackgroundRun.End;
import java.time.Duration;

/** What an attempt at a response came to. */
sealed interface Verdict {
    /** There is nothing left to do. */
    record Over() implements Verdict {}

    /** Another attempt is to be made. */
    record Later(Duration pause, boolean counted) implements Verdict {}

    /** The response is to end so. */
    record Failed(ResponseError error) implements Verdict {}

    Verdict OVER = new Over();

    /** What went wrong here or at a backend is tried once more. */
    int LAST_ATTEMPT = 2;

    Duration SHORTEST = Duration.ofSeconds(1);
    Duration LONGEST = Duration.ofMinutes(1);

    /** For so long a store may fail in the middle of answers. */
    Duration INDULGENCE = Duration.ofHours(1);

    /** After so long without capacity there will be none. */
    Duration PATIENCE = Duration.ofHours(24);

    /**
     * Decides.
     *
     * @param number of the attempt, from 1
     * @param age of the job
     */
    static Verdict of(End end, Told told, int number, Duration age) {
        return switch (end) {
            case End.Ended() -> OVER;
            case End.Interrupted() -> interrupted(age);
            case End.Broken(ResponseError error) -> counted(error, number);
            case End.NotBegun() -> refused(told, number, age);
        };
    }

    /** Each time costs what its answer costs: that goes on for a while, and then counts. */
    private static Verdict interrupted(Duration age) {
        return age.compareTo(INDULGENCE) < 0 ? later(age, Duration.ZERO) : new Later(LONGEST, true);
    }

    private static Verdict refused(Told told, int number, Duration age) {
        var status = told.status();
        if (status == 0 || status == 200) {
            // it was broken off, e.g. by the end of this gateway, before anybody answered
            return later(age, Duration.ZERO);
        }
        var error = ResponseError.ofReply(status, told.body());
        if (isFull(told)) {
            return age.compareTo(PATIENCE) < 0 ? later(age, Shortage.retryAfter(told)) : new Failed(error);
        }
        return status >= 500 || status == 408 ? counted(error, number) : new Failed(error);
    }

    /** It was refused for want of capacity: nobody was asked, or all who were had no room. */
    private static boolean isFull(Told told) {
        return switch (told.status()) {
            case 429 -> !Shortage.isOfQuota(told);
            case 503 -> true;
            case 502 -> "0".equals(told.headers().get("x-dromedary-attempts"));
            default -> false;
        };
    }

    private static Verdict counted(ResponseError error, int number) {
        return number < LAST_ATTEMPT ? new Later(SHORTEST, true) : new Failed(error);
    }

    /** The longer it has waited, the less often it asks, but for who is told when. */
    private static Verdict later(Duration age, Duration told) {
        var patient = age.dividedBy(4);
        var pause = patient.compareTo(SHORTEST) < 0 ? SHORTEST : patient.compareTo(LONGEST) > 0 ? LONGEST : patient;
        return new Later(told.compareTo(pause) > 0 ? told : pause, false);
    }
}
