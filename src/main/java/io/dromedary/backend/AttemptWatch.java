package io.dromedary.backend;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds attempts to their deadlines: one timer per event loop looks at all of its attempts ten times a second, which costs
 * less than four timers per attempt. A deadline is kept to within 100 ms.
 */
public final class AttemptWatch {
    private static final long PERIOD_MILLIS = 100;

    private final Vertx vertx;
    private final FastThreadLocal<Set<ChatAttempt>> open;
    private final AtomicInteger pending = new AtomicInteger();

    AttemptWatch(Vertx vertx) {
        this.vertx = vertx;
        this.open = new FastThreadLocal<>() {
            @Override
            protected Set<ChatAttempt> initialValue() {
                var attempts = new LinkedHashSet<ChatAttempt>();
                vertx.setPeriodic(PERIOD_MILLIS, timer -> look(attempts));
                return attempts;
            }
        };
    }

    /**
     * Runs something later, on the event loop that is running.
     *
     * @return takes it back
     */
    public Runnable after(Duration wait, Runnable what) {
        pending.incrementAndGet();
        var timer = vertx.setTimer(Math.max(1, wait.toMillis()), fired -> {
            pending.decrementAndGet();
            what.run();
        });
        return () -> {
            if (vertx.cancelTimer(timer)) {
                pending.decrementAndGet();
            }
        };
    }

    /** What was asked to run {@linkplain #after later}, and neither ran nor was taken back. */
    public int pending() {
        return pending.get();
    }

    void add(ChatAttempt attempt) {
        open.get().add(attempt);
    }

    void remove(ChatAttempt attempt) {
        open.get().remove(attempt);
    }

    private static void look(Set<ChatAttempt> attempts) {
        var now = System.nanoTime();
        for (var attempt : new ArrayList<>(attempts)) {
            attempt.check(now);
        }
    }
}
