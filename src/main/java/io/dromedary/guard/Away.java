package io.dromedary.guard;

import io.dromedary.api.error.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Work on texts: on a few of them where it is, on many away from the event loop, which has others to serve. */
final class Away {
    private static final int FEW = 64 << 10;

    private Away() {}

    /**
     * Does it; away too where what is needed for it has to be read first.
     *
     * @param bytes how much there is to look at
     * @return fails as the work does; complete on any thread
     */
    static <T> CompletionStage<T> from(long bytes, Supplier<T> work) {
        if (bytes > FEW || !CallingCodes.isLoaded()) {
            return CompletableFuture.supplyAsync(work, Thread::startVirtualThread);
        }
        try {
            return CompletableFuture.completedStage(work.get());
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }
}
