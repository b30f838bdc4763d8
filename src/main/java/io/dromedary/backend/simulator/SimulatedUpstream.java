package io.dromedary.backend.simulator;

import io.dromedary.api.TraceContext;
import io.dromedary.backend.Upstream;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The embedded simulator as a backend: its events are played at a settable pace, on the caller's event loop. */
public final class SimulatedUpstream implements Upstream {
    private static final int WHOLE_AT_ONCE = 64;

    private final Vertx vertx;
    private final Simulator simulator;
    private final SimulatorOptions options;

    public SimulatedUpstream(Vertx vertx, Simulator simulator, SimulatorOptions options) {
        this.vertx = vertx;
        this.simulator = simulator;
        this.options = options;
    }

    @Override
    public Exchange chat(byte[] body, @Nullable TraceContext span, Listener listener) {
        var play = new Play(vertx.getOrCreateContext(), body, listener);
        play.after(options.delay());
        return play;
    }

    /** One answer being played. */
    private final class Play implements Exchange {
        private final Context loop;
        private final byte[] request;
        private final Listener listener;
        private @Nullable Simulation simulation;
        private int next;
        private boolean paused;
        private boolean waiting;
        private boolean over;

        Play(Context loop, byte[] request, Listener listener) {
            this.loop = loop;
            this.request = request;
            this.listener = listener;
        }

        void after(Duration pause) {
            if (waiting) {
                return;
            }
            waiting = true;
            if (pause.isZero()) {
                loop.runOnContext(nothing -> go());
            } else {
                vertx.setTimer(Math.max(1, pause.toMillis()), timer -> go());
            }
        }

        private void go() {
            waiting = false;
            if (over) {
                return;
            }
            if (simulation == null) {
                begin();
            }
            var playing = Objects.requireNonNull(simulation);
            var burst = options.pace().isZero() ? WHOLE_AT_ONCE : 1;
            while (!over && !paused && burst-- > 0 && next < playing.events().size()) {
                listener.body(playing.events().get(next++));
            }
            if (over || paused) {
                return;
            }
            if (next < playing.events().size()) {
                after(options.pace());
            } else {
                over = true;
                listener.end();
            }
        }

        private void begin() {
            var made = simulator.chat(request);
            simulation = made;
            var type = made.body() == null ? "text/event-stream" : "application/json";
            listener.head(made.status(), name -> "content-type".equals(name) ? type : null);
            if (made.body() != null && !over) {
                listener.body(made.body());
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            if (!paused) {
                return;
            }
            paused = false;
            if (!waiting && !over && simulation != null) {
                after(Duration.ZERO);
            }
        }

        @Override
        public void cancel() {
            over = true;
        }
    }
}
