package io.dromedary.jobs;

import java.time.Duration;

/** How an attempt at a job ended. */
public sealed interface Outcome {
    /** Its result is written, be it an error: there is nothing left to do. */
    record Done() implements Outcome {}

    /**
     * It is to be tried again. Where it is the last attempt that was, and it counts, the job is given up.
     *
     * @param pause not before this has passed
     * @param counted as one of the attempts that a job has; not where only capacity was missing
     */
    record Again(Duration pause, boolean counted) implements Outcome {}

    Outcome DONE = new Done();
}
