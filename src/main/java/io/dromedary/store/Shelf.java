package io.dromedary.store;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Values of one kind by key, kept for as long as each is worth. What is there changes only by comparing: two who race for
 * a key see one of them win. A write that is complete is as durable as the shelf is.
 *
 * <p>Stages complete on any thread, and at once where nothing has to be waited for. They fail with
 * {@link StoreException} when the store cannot be used; whether a write took place is not known then.
 */
public interface Shelf<T> {
    /** What is there, or null. */
    CompletionStage<@Nullable Held<T>> get(String key);

    /**
     * What is there of all these; a key with nothing there is not in the map. One question to the store, however many keys:
     * only a shelf that has no store behind it asks for one after the other.
     */
    default CompletionStage<Map<String, Held<T>>> getAll(Collection<String> keys) {
        CompletionStage<Map<String, Held<T>>> all = CompletableFuture.completedStage(HashMap.newHashMap(keys.size()));
        for (var key : keys) {
            all = all.thenCombine(get(key), (found, held) -> {
                if (held != null) {
                    found.put(key, held);
                }
                return found;
            });
        }
        return all;
    }

    /**
     * The same, read otherwise than its codec would: for those who want little of each.
     *
     * @param reading throws {@link IllegalArgumentException} for a text that it cannot read
     */
    default <A> CompletionStage<Map<String, A>> getAll(Collection<String> keys, Function<String, A> reading) {
        return getAll(keys).thenApply(held -> {
            Map<String, A> read = HashMap.newHashMap(held.size());
            held.forEach((key, value) -> read.put(key, reading.apply(value.text())));
            return read;
        });
    }

    /**
     * Every key with something there. What came or went meanwhile may be among them or not. Reads the whole shelf: not for
     * the path of a call. Shelves that nobody has to list cannot do it, and fail.
     */
    default CompletionStage<Set<String>> keys() {
        return CompletableFuture.failedStage(new StoreException("this shelf does not list its keys"));
    }

    /** True where nothing was there and this is now. */
    CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan);

    /**
     * Puts under a key that nobody has put anything under, as a fresh id is: a store that would look first does not. What
     * becomes of something that is there all the same is not said.
     */
    default CompletionStage<Boolean> putNew(String key, T value, Duration lifespan) {
        return putIfAbsent(key, value, lifespan);
    }

    /** True where that was there and this is now. */
    CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan);

    /** True where that was there and nothing is now. */
    CompletionStage<Boolean> remove(String key, Held<T> old);
}
