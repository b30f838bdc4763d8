package io.dromedary.responses;

import static org.assertj.core.api.Assertions.catchThrowable;

import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls that are refused, at once or by their stage. */
final class Refusals {
    private Refusals() {}

    static Refusal of(Supplier<? extends CompletionStage<?>> call) {
        var failure = catchThrowable(() -> call.get().toCompletableFuture().join());
        return refusal(failure instanceof CompletionException ? failure.getCause() : failure);
    }

    static Refusal ofCode(Runnable call) {
        return refusal(catchThrowable(call::run));
    }

    private static Refusal refusal(@Nullable Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused.refusal();
        }
        throw new AssertionError("it was not refused", failure);
    }
}
