package io.dromedary.jobs.batch;

import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Shortage;

/** What an answer means for its line. */
enum Verdict {
    /** It goes to the output. */
    ANSWERED,
    /** The line is to blame: it goes to the errors. */
    REFUSED,
    /** There is no room now, for nobody or for this caller. The line can wait. */
    LATER,
    /** Somebody has failed on it, who may do better another time. */
    FAILED;

    /** @param told its status is 0 where there was no answer */
    static Verdict of(Told told) {
        var status = told.status();
        if (status >= 200 && status < 300) {
            return ANSWERED;
        }
        return switch (status) {
            case 429 -> Shortage.isTooLarge(told) || Shortage.isOfQuota(told) ? REFUSED : LATER;
            case 0, 408, 425, 503 -> LATER;
            default -> status >= 500 ? FAILED : REFUSED;
        };
    }
}
