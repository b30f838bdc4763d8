package io.dromedary.jobs;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One try at a job, by the gateway that holds its lease. */
public interface Attempt {
    /** Why an attempt is to stop. */
    enum Stop {
        /** The caller does not want it any more. */
        CANCELLED,
        /** Somebody else has the job now: nothing that this attempt writes counts. */
        LOST,
        /** The gateway stops: what is under way may end, nothing new is begun, and the rest is left for others. */
        DRAINING
    }

    /** As it was when this attempt began, or was last saved. */
    Job job();

    /** The first attempt that counts is 1. */
    default int number() {
        return job().attempts();
    }

    /**
     * A backend is about to be asked. That is written before it is, so that this is an attempt that counts whoever dies from
     * here on; once, however often it is said.
     *
     * @param loop completes what is returned; what then is to be sent is to leave there and then, since it counts
     * @return complete once it is written, however long the store is away. False where nobody is to be asked any more, since
     *     somebody else has the job or the attempt has ended
     */
    default CompletionStage<Boolean> asks(Executor loop) {
        return CompletableFuture.completedStage(true);
    }

    /**
     * Keeps how far the work has come, for whoever has to go on from there. Work that comes further is none that cannot be
     * done: earlier attempts are forgotten, and this one is the first.
     *
     * @return complete once the store has said so, however long it is away; on a thread of its own. False where somebody
     *     else has the job now, the attempt having been stopped as {@link Stop#LOST}, and after the attempt has ended
     */
    CompletionStage<Boolean> save(String work);

    /**
     * Whether it may keep its place, where the work is long. False where others wait for one whose projects have fewer, or
     * where it comes no further anyway and anybody waits. Whoever gives it up ends with an {@link Outcome.Again} that does not
     * count.
     *
     * @param idle it comes no further
     */
    default CompletionStage<Boolean> mayStay(boolean idle) {
        return CompletableFuture.completedStage(true);
    }

    /**
     * Told at once where it is to stop already; on any thread, and not to wait there. An attempt may be stopped more than
     * once, e.g. draining, then lost.
     */
    void whenStopped(Consumer<Stop> told);
}
