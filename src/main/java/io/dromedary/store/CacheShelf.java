package io.dromedary.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.infinispan.commons.api.BasicCache;
import org.infinispan.commons.util.CloseableIterator;
import org.jspecify.annotations.Nullable;

/** A shelf in one of Infinispan's caches, embedded or remote. No method waits. */
final class CacheShelf<T> implements Shelf<T> {
    private final ShelfName name;
    private final BasicCache<String, String> cache;
    private final BasicCache<String, String> unlooked;
    private final Codec<T> codec;
    private final BooleanSupplier closed;
    private final Patience patience;

    /**
     * On a cache.
     *
     * @param unlooked the same cache, which does not look before it puts
     * @param patience for an answer: clients of servers that are gone have been seen to wait for ever
     */
    CacheShelf(
            ShelfName name,
            BasicCache<String, String> cache,
            BasicCache<String, String> unlooked,
            Codec<T> codec,
            BooleanSupplier closed,
            Patience patience) {
        this.name = name;
        this.cache = cache;
        this.unlooked = unlooked;
        this.codec = codec;
        this.closed = closed;
        this.patience = patience;
    }

    @Override
    public CompletionStage<@Nullable Held<T>> get(String key) {
        return asked(key, () -> cache.getAsync(key), text -> text == null ? null : held(text));
    }

    @Override
    public CompletionStage<Map<String, Held<T>>> getAll(Collection<String> keys) {
        return getAll(keys, this::held);
    }

    @Override
    public <A> CompletionStage<Map<String, A>> getAll(Collection<String> keys, Function<String, A> reading) {
        var all = Set.copyOf(keys);
        return asked(all.size() + " keys", () -> cache.getAllAsync(all), texts -> {
            Map<String, A> found = HashMap.newHashMap(texts.size());
            texts.forEach((key, text) -> found.put(key, read(key, text, reading)));
            return found;
        });
    }

    private Held<T> held(String text) {
        return new Held<>(codec.decode(text), text);
    }

    /** The failure of many says of which. */
    private static <A> A read(String key, String text, Function<String, A> reading) {
        try {
            return reading.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    @Override
    public CompletionStage<Set<String>> keys() {
        return asked(
                "all keys",
                () -> CompletableFuture.supplyAsync(this::listed, Thread::startVirtualThread),
                keys -> keys);
    }

    /** Waits for the store: the caches have no other way. */
    private Set<String> listed() {
        Set<String> keys = new HashSet<>();
        var iterator = cache.keySet().iterator();
        try {
            iterator.forEachRemaining(keys::add);
        } finally {
            if (iterator instanceof CloseableIterator<?> open) {
                open.close();
            }
        }
        return keys;
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
        return asked(
                key,
                () -> cache.putIfAbsentAsync(key, codec.encode(value), millis(lifespan), MILLISECONDS),
                before -> before == null);
    }

    @Override
    public CompletionStage<Boolean> putNew(String key, T value, Duration lifespan) {
        return asked(
                key,
                () -> unlooked.putAsync(key, codec.encode(value), millis(lifespan), MILLISECONDS),
                nothing -> true);
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
        return asked(
                key,
                () -> cache.replaceAsync(key, old.text(), codec.encode(value), millis(lifespan), MILLISECONDS),
                Boolean::booleanValue);
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<T> old) {
        return asked(key, () -> cache.removeAsync(key, old.text()), Boolean::booleanValue);
    }

    /** Infinispan takes nothing and less for no end. */
    private static long millis(Duration lifespan) {
        return Math.max(1, lifespan.toMillis());
    }

    private interface Question<A> {
        CompletableFuture<A> ask();
    }

    private <A extends @Nullable Object, B extends @Nullable Object> CompletionStage<B> asked(
            String key, Question<A> question, Function<A, B> answer) {
        var stage = new CompletableFuture<B>();
        if (closed.getAsBoolean()) {
            stage.completeExceptionally(failure(key, new IllegalStateException("the store is closed")));
            return stage;
        }
        try {
            patience.with(question.ask()).whenComplete((found, failed) -> {
                if (failed != null) {
                    stage.completeExceptionally(failure(key, failed));
                    return;
                }
                try {
                    stage.complete(answer.apply(found));
                } catch (RuntimeException e) {
                    stage.completeExceptionally(failure(key, e));
                }
            });
        } catch (RuntimeException e) {
            stage.completeExceptionally(failure(key, e));
        }
        return stage;
    }

    private StoreException failure(String key, Throwable reason) {
        var cause = reason instanceof CompletionException && reason.getCause() != null ? reason.getCause() : reason;
        var message = cause instanceof TimeoutException
                ? "there was no answer within " + patience.length().toSeconds() + " s"
                : cause.getMessage();
        return new StoreException(key + " on the shelf " + name + ": " + message, cause);
    }
}
