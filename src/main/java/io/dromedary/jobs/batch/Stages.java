package io.dromedary.jobs.batch;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Waits for stages, in a virtual thread. */
final class Stages {
    private Stages() {}

    /** What it came to; what it failed with is thrown as it is, where it is a {@link RuntimeException}. */
    static <A extends @Nullable Object> A await(CompletionStage<A> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
