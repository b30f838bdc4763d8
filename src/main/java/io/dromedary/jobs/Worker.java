package io.dromedary.jobs;

import java.util.concurrent.CompletionStage;

/**
 * Does the work of one kind of job. No method waits. An attempt may find that an earlier one has written how the job ended,
 * and died before it could say so: then it is done.
 */
public interface Worker {
    /**
     * Begins an attempt. Where {@link Job#cancelled} says so there is nothing to do but to write that.
     *
     * @return complete when it has ended; a failure counts as an attempt, after which it is tried again. Where the attempt
     *     was lost, what it returns does not matter, but that it does; where the gateway drains, all but {@link Outcome.Done}
     *     leaves the job to others, and does not count; where it was cancelled, all but that has it tried again soon
     */
    CompletionStage<Outcome> work(Attempt attempt);

    /** Writes that a job has failed, since it has had all its attempts, or was cancelled then. Called until it succeeds. */
    CompletionStage<?> giveUp(Job job);
}
