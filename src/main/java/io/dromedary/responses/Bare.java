package io.dromedary.responses;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stages that fail with what went wrong, and not with a wrapping around it. */
final class Bare {
    private Bare() {}

    static <A extends @Nullable Object> CompletionStage<A> of(CompletionStage<A> stage) {
        var told = new CompletableFuture<A>();
        tell(() -> stage, told);
        return told;
    }

    /** Starts something, and tells how it ends. */
    static <A extends @Nullable Object> CompletionStage<?> tell(
            Supplier<CompletionStage<A>> start, CompletableFuture<A> told) {
        CompletionStage<A> stage;
        try {
            stage = start.get();
        } catch (RuntimeException e) {
            told.completeExceptionally(e);
            return told;
        }
        stage.whenComplete((value, failed) -> {
            if (failed == null) {
                told.complete(value);
            } else {
                told.completeExceptionally(
                        failed instanceof CompletionException && failed.getCause() != null
                                ? failed.getCause()
                                : failed);
            }
        });
        return told;
    }
}
