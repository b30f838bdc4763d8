package io.dromedary.jobs;

import java.util.concurrent.CompletionStage;
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
     * Keeps how far the work has come, for whoever has to go on from there. Work that comes further is none that cannot be
     * done: earlier attempts are forgotten, and this one is the first.
     *
     * @return complete once the store has said so, however long it is away; on a thread of its own. False where somebody
     *     else has the job now, the attempt having been stopped as {@link Stop#LOST}, and after the attempt has ended
     */
    CompletionStage<Boolean> save(String work);

    /**
     * Told at once where it is to stop already; on any thread, and not to wait there. An attempt may be stopped more than
     * once, e.g. draining, then lost.
     */
    void whenStopped(Consumer<Stop> told);
}
