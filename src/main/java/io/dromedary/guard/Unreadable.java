package io.dromedary.guard;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;

/** What cannot be read cannot be looked at either. */
final class Unreadable {
    static final Refusal ANSWER = new Refusal.Rejected(
            502,
            "The answer of the backend cannot be read, so that no guard can look at it.",
            "server_error",
            null,
            "unreadable_answer");

    private Unreadable() {}

    static RefusedException answer() {
        return new RefusedException(ANSWER);
    }
}
