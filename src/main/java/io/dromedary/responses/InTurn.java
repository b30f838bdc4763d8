package io.dromedary.responses;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the changes to one thing happen one after the other, and those to different things side by side. Only within this
 * process, where they would otherwise keep each other from comparing well; nobody waits in a thread.
 */
final class InTurn {
    private static final class Line {
        final ArrayDeque<Supplier<CompletionStage<?>>> waiting = new ArrayDeque<>();
    }

    private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();

    /**
     * Starts a change as soon as those of the same key that were there before have ended.
     *
     * @return ends as the change does; fails with what it failed with, unwrapped
     */
    <A extends @Nullable Object> CompletionStage<A> start(String key, Supplier<CompletionStage<A>> change) {
        var told = new CompletableFuture<A>();
        Supplier<CompletionStage<?>> move = () -> Bare.tell(change, told);
        var mine = new Line();
        var line = lines.compute(key, (any, there) -> {
            if (there == null) {
                return mine;
            }
            there.waiting.add(move);
            return there;
        });
        if (line == mine) {
            run(key, move);
        }
        return told.minimalCompletionStage();
    }

    /** What ends at once is followed in this loop, and not from within, so that a long line needs no deep stack. */
    private void run(String key, Supplier<CompletionStage<?>> first) {
        for (var move = first; move != null; move = next(key)) {
            var ended = move.get();
            if (!ended.toCompletableFuture().isDone()) {
                ended.whenComplete((any, failed) -> {
                    var next = next(key);
                    if (next != null) {
                        run(key, next);
                    }
                });
                return;
            }
        }
    }

    private @Nullable Supplier<CompletionStage<?>> next(String key) {
        var next = new AtomicReference<@Nullable Supplier<CompletionStage<?>>>();
        lines.computeIfPresent(key, (any, line) -> {
            next.set(line.waiting.poll());
            return next.get() == null ? null : line;
        });
        return next.get();
    }

    /** Things whose changes are under way. */
    int busy() {
        return lines.size();
    }
}
