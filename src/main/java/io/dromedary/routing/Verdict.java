package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;

/** What a failed attempt means for the call, before anything was sent to the client. */
enum Verdict {
    /** Another candidate may do better. */
    NEXT,
    /** The next candidate that serves another model may do better: this model cannot. */
    NEXT_MODEL,
    /** The caller's own fault: nobody will do better. */
    STOP;

    static Verdict on(AttemptFailure failure) {
        return switch (failure) {
            case AttemptFailure.NotSent f -> NEXT;
            case AttemptFailure.Broken f -> NEXT;
            case AttemptFailure.TimedOut f -> NEXT;
            case AttemptFailure.Overloaded f -> NEXT;
            case AttemptFailure.Faulty f -> NEXT;
            case AttemptFailure.Exhausted f -> NEXT;
            case AttemptFailure.Misconfigured f -> NEXT;
            case AttemptFailure.Incapable f -> NEXT;
            case AttemptFailure.ContextTooLong f -> NEXT_MODEL;
            case AttemptFailure.Rejected f -> STOP;
        };
    }
}
