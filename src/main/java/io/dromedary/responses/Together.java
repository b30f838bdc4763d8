package io.dromedary.responses;

import io.dromedary.api.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Begins together what the calls of an event loop want done of which answers were read at the same time. Each write to the
 * store wakes threads of its own and has the loop woken again, which costs about as much as the write: many that begin
 * together share that. One alone begins on the loop.
 */
final class Together {
    private final Map<Loop, List<Runnable>> waiting = new ConcurrentHashMap<>();

    /** @param work returns at once, and may run on any thread */
    <T> CompletionStage<T> begin(Loop loop, Supplier<CompletionStage<T>> work) {
        var done = new CompletableFuture<T>();
        var mine = waiting.computeIfAbsent(loop, any -> new ArrayList<>());
        boolean first;
        synchronized (mine) {
            first = mine.isEmpty();
            mine.add(() -> run(work, done));
        }
        if (first) {
            loop.later(() -> begin(mine));
        }
        return done;
    }

    private static void begin(List<Runnable> mine) {
        List<Runnable> all;
        synchronized (mine) {
            all = List.copyOf(mine);
            mine.clear();
        }
        if (all.size() == 1) {
            all.getFirst().run();
        } else {
            Thread.startVirtualThread(() -> all.forEach(Runnable::run));
        }
    }

    private static <T> void run(Supplier<CompletionStage<T>> work, CompletableFuture<T> done) {
        try {
            work.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    done.complete(value);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
    }
}
