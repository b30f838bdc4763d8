package io.dromedary.jobs;

import java.time.Instant;

/**
 * What a gateway remembers of a job that has not ended.
 *
 * @param stamp grows with every change of what is remembered, of any job
 */
record Known(String id, Kind kind, String project, Instant created, long stamp, Phase phase) {
    sealed interface Phase {
        /** This gateway is putting it on the shelf. */
        record Entering() implements Phase {}

        /**
         * Nobody works on it.
         *
         * @param notBefore as its record says
         * @param due it may be claimed; else it is waited for
         */
        record Waiting(Instant notBefore, boolean due) implements Phase {}

        /** This gateway is about to work on it. */
        record Claiming() implements Phase {}

        /** This gateway works on it, or has lost it and not left it yet. */
        record Here(Claimed attempt) implements Phase {}

        record Elsewhere(String run) implements Phase {}
    }

    Known in(Phase next, long at) {
        return new Known(id, kind, project, created, at, next);
    }

    /** What becomes of it is known when this gateway is done with it, and not from a look at its record. */
    boolean isBusy() {
        return switch (phase) {
            case Phase.Entering e -> true;
            case Phase.Claiming c -> true;
            case Phase.Here h -> true;
            case Phase.Waiting w -> false;
            case Phase.Elsewhere e -> false;
        };
    }
}
