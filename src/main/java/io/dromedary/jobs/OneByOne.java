package io.dromedary.jobs;

import io.dromedary.responses.Timer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what it is given one after the other, each on the thread of whoever came when nobody was there. What runs here
 * together needs no locks, and must not wait.
 */
final class OneByOne implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(OneByOne.class);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Timer timer;
    private volatile boolean stopped;

    OneByOne(Timer timer) {
        this.timer = timer;
    }

    /** What was put off is not done any more. */
    void stop() {
        stopped = true;
    }

    @Override
    public void execute(Runnable what) {
        waiting.add(what);
        if (count.getAndIncrement() > 0) {
            return;
        }
        do {
            run(waiting.remove());
        } while (count.decrementAndGet() > 0);
    }

    /** Runs something in its turn after a while. */
    void after(Duration wait, Runnable what) {
        var _ = timer.after(
                wait,
                () -> execute(() -> {
                    if (!stopped) {
                        what.run();
                    }
                }));
    }

    /** Runs what is to be done with an answer, in its turn. A failure comes unwrapped. */
    <A extends @Nullable Object> void when(CompletionStage<A> stage, BiConsumer<A, @Nullable Throwable> what) {
        stage.whenComplete((answer, failed) -> execute(() -> what.accept(answer, bare(failed))));
    }

    static @Nullable Throwable bare(@Nullable Throwable failed) {
        return failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
    }

    /** The others are to go on, whatever goes wrong with one. */
    private static void run(Runnable what) {
        try {
            what.run();
        } catch (Throwable e) {
            LOG.error("a fault of the gateway's own, among its jobs", e);
        }
    }
}
