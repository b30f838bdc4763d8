package io.dromedary.store;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * For how long an answer of the store is waited for. One look now and then at all who wait costs each of them less than a
 * timer of its own would, which wakes a thread when it is set and again when it is taken back.
 */
final class Patience {
    private static final long OFTEN = 10;
    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private record Wait(CompletableFuture<?> answer, long since) {}

    private final Duration length;
    private final Executor later;
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watching = new AtomicBoolean();

    /** @param length kept to within a tenth of it, or a second */
    Patience(Duration length) {
        this.length = length;
        this.later = CompletableFuture.delayedExecutor(
                Math.clamp(length.toNanos() / OFTEN, SHORTEST_NANOS, SELDOM_NANOS), TimeUnit.NANOSECONDS);
    }

    Duration length() {
        return length;
    }

    /** Fails with {@link TimeoutException} where the answer does not come in time. */
    <A> CompletionStage<A> with(CompletableFuture<A> answer) {
        if (answer.isDone()) {
            return answer;
        }
        var wait = new Wait(answer, System.nanoTime());
        waits.add(wait);
        CompletionStage<A> coming = answer;
        coming.whenComplete((found, failure) -> waits.remove(wait));
        watch();
        return answer;
    }

    private void watch() {
        if (watching.compareAndSet(false, true)) {
            later.execute(this::look);
        }
    }

    private void look() {
        watching.set(false);
        var now = System.nanoTime();
        for (var wait : waits) {
            if (now - wait.since >= length.toNanos()) {
                wait.answer.completeExceptionally(new TimeoutException());
            }
        }
        if (!waits.isEmpty()) {
            watch();
        }
    }
}
