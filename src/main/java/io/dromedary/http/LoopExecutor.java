package io.dromedary.http;

import io.dromedary.api.Loop;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on one event loop: at once where that is the one that is running, but a task that another leads to only after
 * that one. A crowd of calls that make way for each other would otherwise pile up on the stack.
 */
final class LoopExecutor implements Loop {
    private static final Logger LOG = LoggerFactory.getLogger(LoopExecutor.class);

    private final BooleanSupplier onLoop;
    private final Executor loop;

    // of the loop alone
    private final ArrayDeque<Runnable> next = new ArrayDeque<>();
    private boolean running;

    /**
     * @param onLoop the loop is the thread that asks
     * @param loop runs a task on it later
     */
    LoopExecutor(BooleanSupplier onLoop, Executor loop) {
        this.onLoop = onLoop;
        this.loop = loop;
    }

    /** What the task throws goes to who asked, where it runs at once. */
    @Override
    public void execute(Runnable task) {
        if (!onLoop.getAsBoolean()) {
            loop.execute(() -> execute(task));
        } else if (running) {
            next.add(task);
        } else {
            running = true;
            try {
                task.run();
            } finally {
                runNext();
                running = false;
            }
        }
    }

    @Override
    public void later(Runnable task) {
        loop.execute(task);
    }

    private void runNext() {
        for (var task = next.poll(); task != null; task = next.poll()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a task of an event loop failed", e);
            }
        }
    }
}
