package io.dromedary.store;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shelf that a local store keeps in the memory of its process, for what is not worth a file. It is asked on the path of
 * every call, where a cache with all that one can do would cost more than the rest of what it is asked for.
 */
final class MemoryShelf<T> implements Shelf<T> {
    private static final CompletionStage<Boolean> YES = CompletableFuture.completedStage(true);
    private static final CompletionStage<Boolean> NO = CompletableFuture.completedStage(false);

    /** What is on it, by key. Shelves of one name share it. */
    static final class Texts {
        private static final int MANY = 10_000;

        private final ConcurrentHashMap<String, Text> byKey = new ConcurrentHashMap<>();

        /** What has outlived its lifespan and is not asked for any more would stay for ever. */
        private void sweep(long now) {
            if (byKey.size() >= MANY) {
                byKey.values().removeIf(text -> text.isOver(now));
            }
        }
    }

    private record Text(String text, long until) {
        boolean isOver(long now) {
            return until - now <= 0;
        }

        boolean is(Held<?> held, long now) {
            return !isOver(now) && text.equals(held.text());
        }
    }

    private final ShelfName name;
    private final Texts texts;
    private final Codec<T> codec;
    private final BooleanSupplier closed;

    MemoryShelf(ShelfName name, Texts texts, Codec<T> codec, BooleanSupplier closed) {
        this.name = name;
        this.texts = texts;
        this.codec = codec;
        this.closed = closed;
    }

    @Override
    public CompletionStage<@Nullable Held<T>> get(String key) {
        return asked(key, () -> CompletableFuture.completedStage(held(key)));
    }

    @Override
    public CompletionStage<Map<String, Held<T>>> getAll(Collection<String> keys) {
        Map<String, Held<T>> all = HashMap.newHashMap(keys.size());
        for (var key : keys) {
            var one = get(key).toCompletableFuture();
            if (one.isCompletedExceptionally()) {
                return CompletableFuture.failedStage(one.exceptionNow());
            }
            var held = one.resultNow();
            if (held != null) {
                all.put(key, held);
            }
        }
        return CompletableFuture.completedStage(all);
    }

    @Override
    public CompletionStage<Set<String>> keys() {
        return asked("all keys", () -> {
            var now = System.nanoTime();
            Set<String> keys = new HashSet<>();
            texts.byKey.forEach((key, text) -> {
                if (!text.isOver(now)) {
                    keys.add(key);
                }
            });
            return CompletableFuture.completedStage(keys);
        });
    }

    @Override
    public CompletionStage<Boolean> putIfAbsent(String key, T value, Duration lifespan) {
        return asked(key, () -> {
            var now = System.nanoTime();
            texts.sweep(now);
            var put = text(value, lifespan, now);
            var there = texts.byKey.putIfAbsent(key, put);
            return answer(there == null || there.isOver(now) && texts.byKey.replace(key, there, put));
        });
    }

    @Override
    public CompletionStage<Boolean> replace(String key, Held<T> old, T value, Duration lifespan) {
        return asked(key, () -> {
            var now = System.nanoTime();
            var put = text(value, lifespan, now);
            var there = texts.byKey.get(key);
            return answer(there != null && there.is(old, now) && texts.byKey.replace(key, there, put));
        });
    }

    @Override
    public CompletionStage<Boolean> remove(String key, Held<T> old) {
        return asked(key, () -> {
            var there = texts.byKey.get(key);
            return answer(there != null && there.is(old, System.nanoTime()) && texts.byKey.remove(key, there));
        });
    }

    private @Nullable Held<T> held(String key) {
        var there = texts.byKey.get(key);
        return there == null || there.isOver(System.nanoTime())
                ? null
                : new Held<>(codec.decode(there.text), there.text);
    }

    private Text text(T value, Duration lifespan, long now) {
        return new Text(codec.encode(value), now + Math.max(1, lifespan.toNanos()));
    }

    private static CompletionStage<Boolean> answer(boolean yes) {
        return yes ? YES : NO;
    }

    private <A extends @Nullable Object> CompletionStage<A> asked(String key, Supplier<CompletionStage<A>> question) {
        try {
            if (closed.getAsBoolean()) {
                throw new IllegalStateException("the store is closed");
            }
            return question.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(
                    new StoreException(key + " on the shelf " + name + ": " + e.getMessage(), e));
        }
    }
}
