package io.dromedary.api;

import java.util.concurrent.Executor;

/** One event loop. Runs tasks at once where it is the thread that asks, or else as soon as it can. */
@FunctionalInterface
public interface Loop extends Executor {

    /** Runs a task once all has been read that is ready to be. What many calls want done then can be done together. */
    default void later(Runnable task) {
        execute(task);
    }
}
