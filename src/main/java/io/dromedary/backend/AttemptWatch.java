package io.dromedary.backend;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Holds attempts to their deadlines: one timer per event loop looks at all of its attempts ten times a second, which costs
 * less than four timers per attempt. A deadline is kept to within 100 ms.
 */
public final class AttemptWatch {
    private static final long PERIOD_MILLIS = 100;

    private final Vertx vertx;
    private final FastThreadLocal<Set<ChatAttempt>> open;

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
        var timer = vertx.setTimer(Math.max(1, wait.toMillis()), fired -> what.run());
        return () -> vertx.cancelTimer(timer);
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
