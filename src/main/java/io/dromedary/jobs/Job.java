package io.dromedary.jobs;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work as it stands on its shelf. It is gone from there when it has ended: how it ended is written, before that,
 * where its API looks for it.
 *
 * @param id of what its API promised, e.g. {@code resp_…} or {@code batch_…}; the job has no other
 * @param project whose it is
 * @param key id of the key that asked for it
 * @param work what its worker needs, in a text of the worker's own; changes as {@link Attempt#save} says
 * @param notBefore it is not claimed earlier
 * @param attempts that count, with the one that is under way
 * @param claim who works on it, or null where nobody does
 * @param cancelled its caller does not want it any more
 */
public record Job(
        String id,
        Kind kind,
        String project,
        String key,
        String work,
        Instant created,
        Instant notBefore,
        int attempts,
        @Nullable Claim claim,
        boolean cancelled) {
    /**
     * Who works on a job.
     *
     * @param run of a gateway, from its start to its end
     * @param token of this claim alone: without it nothing of the job can be changed
     */
    public record Claim(String run, String token) {}
}
