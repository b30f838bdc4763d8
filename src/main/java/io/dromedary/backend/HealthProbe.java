package io.dromedary.backend;

import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the backends whose dialect has a page for it, of their health, every five seconds. One that says twice in a row that
 * it is not well, or says nothing, is not. Those that are well are asked what they are, too.
 */
public final class HealthProbe {
    private static final long PERIOD_MILLIS = 5_000;
    private static final long PATIENCE_MILLIS = 2_000;
    private static final int TWICE = 2;
    private static final int MAX_REPORT = 1 << 16;

    /** Is told what backends say, on one event loop. */
    public interface Listener {
        /** @param problem what is wrong with it, or null where it is well */
        void health(BackendName backend, @Nullable String problem);

        /** What it says of itself. */
        void reported(BackendName backend, SelfReport report);
    }

    private final Vertx vertx;
    private final Supplier<Collection<Backend>> backends;
    private final Listener listener;

    /** How often in a row each was not well. On one event loop only. */
    private final Map<BackendName, Integer> bad = new HashMap<>();

    /**
     * Asks nobody yet.
     *
     * @param backends in use now
     * @param listener is told
     */
    public HealthProbe(Vertx vertx, Supplier<Collection<Backend>> backends, Listener listener) {
        this.vertx = vertx;
        this.backends = backends;
        this.listener = listener;
    }

    /** From now on, until Vert.x is closed. */
    public void start() {
        vertx.getOrCreateContext()
                .runOnContext(nothing -> vertx.setPeriodic(
                        1, PERIOD_MILLIS, timer -> backends.get().forEach(this::ask)));
    }

    private void ask(Backend backend) {
        var path = backend.dialect().healthPath();
        if (path != null && backend.settings().url() != null) {
            ask(backend, path, new Health(backend));
        }
    }

    private void ask(Backend backend, String path, Answer answer) {
        var exchange = backend.upstream().get(path, answer);
        answer.timer = vertx.setTimer(PATIENCE_MILLIS, fired -> {
            exchange.cancel();
            answer.failed(new AttemptFailure.Broken("no answer"));
        });
    }

    private void tell(BackendName backend, @Nullable String problem) {
        if (problem == null) {
            bad.remove(backend);
            listener.health(backend, null);
        } else if (bad.merge(backend, 1, Integer::sum) >= TWICE) {
            listener.health(backend, problem);
        }
    }

    /** One page, read to its end or given up. */
    private abstract class Answer implements Upstream.Listener {
        private final Pieces pieces = new Pieces();
        private long timer;
        private int status;
        private boolean over;

        @Override
        public void head(int code, UnaryOperator<@Nullable String> headers) {
            status = code;
        }

        @Override
        public void body(byte[] bytes) {
            if (pieces.size() + bytes.length <= MAX_REPORT) {
                pieces.add(bytes, bytes.length);
            }
        }

        @Override
        public void end() {
            if (ends()) {
                page(status, pieces.take());
            }
        }

        @Override
        public void failed(AttemptFailure failure) {
            if (ends()) {
                none(failure.reason());
            }
        }

        private boolean ends() {
            var first = !over;
            over = true;
            vertx.cancelTimer(timer);
            return first;
        }

        abstract void page(int code, byte[] body);

        abstract void none(String reason);
    }

    private final class Health extends Answer {
        private final Backend backend;

        Health(Backend backend) {
            this.backend = backend;
        }

        @Override
        void page(int code, byte[] body) {
            // a page that is not there, or not for us, says nothing: the backend may stand behind a proxy's path
            tell(backend.name(), code < 500 ? null : "health " + code);
            var path = backend.dialect().reportPath();
            if (code / 100 == 2 && path != null) {
                ask(backend, path, new Report(backend));
            }
        }

        @Override
        void none(String reason) {
            tell(backend.name(), "health: " + reason);
        }
    }

    private final class Report extends Answer {
        private final Backend backend;

        Report(Backend backend) {
            this.backend = backend;
        }

        @Override
        void page(int code, byte[] body) {
            var report = code == 200 ? backend.dialect().report(body) : null;
            if (report != null) {
                listener.reported(backend.name(), report);
            }
        }

        @Override
        void none(String reason) {
            // it was well a moment ago, and its health is asked again soon
        }
    }
}
