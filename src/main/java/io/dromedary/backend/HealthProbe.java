package io.dromedary.backend;

import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the backends whose dialect has a page for it, of their health, every five seconds. One that says twice in a row that
 * it is not well, or says nothing, is not.
 */
public final class HealthProbe {
    private static final long PERIOD_MILLIS = 5_000;
    private static final long PATIENCE_MILLIS = 2_000;
    private static final int TWICE = 2;

    private final Vertx vertx;
    private final Supplier<Collection<Backend>> backends;
    private final BiConsumer<BackendName, @Nullable String> told;

    /** How often in a row each was not well. On one event loop only. */
    private final Map<BackendName, Integer> bad = new HashMap<>();

    /**
     * Asks nobody yet.
     *
     * @param backends in use now
     * @param told the backend, and what is wrong with it, or null where it is well
     */
    public HealthProbe(
            Vertx vertx, Supplier<Collection<Backend>> backends, BiConsumer<BackendName, @Nullable String> told) {
        this.vertx = vertx;
        this.backends = backends;
        this.told = told;
    }

    /** From now on, until Vert.x is closed. */
    public void start() {
        vertx.getOrCreateContext()
                .runOnContext(nothing -> vertx.setPeriodic(
                        1, PERIOD_MILLIS, timer -> backends.get().forEach(this::ask)));
    }

    private void ask(Backend backend) {
        var path = backend.dialect().healthPath();
        if (path == null || backend.settings().url() == null) {
            return;
        }
        var answer = new Answer(backend.name());
        var exchange = backend.upstream().get(path, answer);
        answer.timer = vertx.setTimer(PATIENCE_MILLIS, fired -> {
            exchange.cancel();
            answer.failed(new AttemptFailure.Broken("no answer"));
        });
    }

    private void tell(BackendName backend, @Nullable String problem) {
        if (problem == null) {
            bad.remove(backend);
            told.accept(backend, null);
        } else if (bad.merge(backend, 1, Integer::sum) >= TWICE) {
            told.accept(backend, problem);
        }
    }

    private final class Answer implements Upstream.Listener {
        private final BackendName backend;
        private long timer;
        private int status;
        private boolean over;

        Answer(BackendName backend) {
            this.backend = backend;
        }

        @Override
        public void head(int code, UnaryOperator<@Nullable String> headers) {
            status = code;
        }

        @Override
        public void body(byte[] bytes) {}

        @Override
        public void end() {
            // a page that is not there, or not for us, says nothing: the backend may stand behind a proxy's path
            done(status < 500 ? null : "health " + status);
        }

        @Override
        public void failed(AttemptFailure failure) {
            done("health: " + failure.reason());
        }

        private void done(@Nullable String problem) {
            if (!over) {
                over = true;
                vertx.cancelTimer(timer);
                tell(backend, problem);
            }
        }
    }
}
