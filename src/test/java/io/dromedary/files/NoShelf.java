package io.dromedary.files;

import io.dromedary.store.Held;
import io.dromedary.store.Shelf;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A shelf with nothing on it. */
final class NoShelf<T> implements Shelf<T> {
    static <T> Shelf<T> of() {
        return new NoShelf<>();
    }

    @Override
    public CompletionStage<@Nullable Held<T>> get(String key) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
        return CompletableFuture.completedStage(false);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
        return CompletableFuture.completedStage(false);
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<T> old) {
        return CompletableFuture.completedStage(false);
    }
}
