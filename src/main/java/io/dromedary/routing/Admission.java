package io.dromedary.routing;

import io.dromedary.backend.AttemptFailure;
import org.jspecify.annotations.Nullable;

/**
 * Leave for one attempt at a backend. Whoever has it owes exactly one of {@link #succeeded}, {@link #failed} and
 * {@link #released}; what is said after that is not heard. Used by one event loop, that of its call.
 */
public final class Admission {
    private final Standing standing;
    private final Hold.@Nullable Term cooldown;
    private Stake stake;
    private boolean settled;

    /** @param cooldown the latest when this was given */
    Admission(Standing standing, Stake stake, Hold.@Nullable Term cooldown) {
        this.standing = standing;
        this.stake = stake;
        this.cooldown = cooldown;
    }

    /**
     * An answer has begun. May be said once before the outcome: a probe then lets others through at once, rather than at
     * the end of a long stream.
     */
    public void begun() {
        if (!settled) {
            stake = standing.begun(stake);
        }
    }

    /** An answer came, to its end. */
    public void succeeded() {
        if (settles()) {
            standing.succeeded(stake, cooldown);
        }
    }

    /** Before an answer began, or within it. */
    public void failed(AttemptFailure failure) {
        if (settles()) {
            standing.failed(stake, cooldown, failure);
        }
    }

    /** The attempt was cancelled, or not made, or its outcome says nothing about the backend. */
    public void released() {
        if (settles()) {
            standing.released(stake);
        }
    }

    private boolean settles() {
        var first = !settled;
        settled = true;
        return first;
    }
}
