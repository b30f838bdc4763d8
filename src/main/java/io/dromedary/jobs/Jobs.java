package io.dromedary.jobs;

import io.dromedary.api.error.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Work that was accepted and has not ended, on one shelf for all gateways of a store. */
public interface Jobs {
    /** What somebody wants done; see {@link Job} for what the parts are. */
    record Order(String id, Kind kind, String project, String key, String work) {}

    /**
     * Refuses where a project has as many jobs as it may that have not ended, before anything is written for one more. As this
     * gateway knows it: of what others accept it hears a little later.
     *
     * @throws RefusedException 429
     */
    default void admit(String project) {}

    /**
     * Accepts a job. From when this is complete it is done, by whichever gateway, whatever happens to this one.
     *
     * @return fails with {@link io.dromedary.store.StoreException}, and with {@link IllegalStateException} where the id is
     *     taken. After the former it may be done all the same, as with any write
     */
    CompletionStage<Void> submit(Order order);

    /**
     * Tells whoever works on a job that nobody wants it any more. Who works on it takes it away; where nobody does it is
     * claimed for that.
     *
     * @return false where there is no such job: it has ended
     */
    CompletionStage<Boolean> cancel(String id);

    /**
     * The job is accepted and has not ended, as this gateway knows it from memory: never a question to the store. On a
     * shared store it hears of what others accepted, and of what ended there, a few seconds later; {@link #isThere} is
     * exact.
     */
    boolean isLive(String id);

    /** The same of the jobs of one project: for ids that somebody asks for whose they need not be. */
    default boolean isLive(String project, String id) {
        return isLive(id);
    }

    /**
     * The job is accepted and has not ended, as the store knows it. How a job ended stands where its API looks for it before
     * this is false.
     *
     * @return false too where it is another project's
     */
    default CompletionStage<Boolean> isThere(String project, String id) {
        return CompletableFuture.completedStage(isLive(project, id));
    }
}
