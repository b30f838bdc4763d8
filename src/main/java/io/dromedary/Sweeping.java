package io.dromedary;

import io.dromedary.responses.Timer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes away now and then what nobody wants any more, for the first time soon after the start. */
final class Sweeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeping.class);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration OFTEN = Duration.ofHours(1);

    private final Supplier<CompletionStage<Integer>> sweep;
    private final Timer timer;
    private Runnable next = () -> {};
    private boolean closed;

    Sweeping(Supplier<CompletionStage<Integer>> sweep, Timer timer) {
        this.sweep = sweep;
        this.timer = timer;
    }

    void start() {
        after(SOON);
    }

    private synchronized void after(Duration wait) {
        if (!closed) {
            next = timer.after(wait, this::sweep);
        }
    }

    private void sweep() {
        sweep.get().whenComplete((count, failure) -> {
            if (failure != null && !isClosed()) {
                LOG.warn("content that nobody wants could not be taken away; it is tried again later", failure);
            } else if (failure == null && count > 0) {
                LOG.info("took away the content of {} files that had expired or were never finished", count);
            }
            after(OFTEN);
        });
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** What is under way ends by itself. */
    @Override
    public synchronized void close() {
        closed = true;
        next.run();
    }
}
