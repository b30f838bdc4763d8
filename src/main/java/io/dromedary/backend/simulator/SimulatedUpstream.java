package io.dromedary.backend.simulator;

import io.dromedary.api.TraceContext;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Upstream;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded simulator as a backend: its events are played at a settable pace, on the caller's event loop. */
public final class SimulatedUpstream implements Upstream {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatedUpstream.class);
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
        return play(() -> simulator.chat(body), listener);
    }

    @Override
    public Exchange send(Sending sending, @Nullable TraceContext span, Listener listener) {
        if (sending.rest() != null) {
            return listen(sending, sending.rest(), listener);
        }
        var path = sending.path();
        return path == null
                ? chat(sending.body(), span, listener)
                : play(() -> simulator.task(path, sending.body()), listener);
    }

    private Exchange play(Supplier<Simulation> made, Listener listener) {
        var play = new Play(vertx.getOrCreateContext(), made, listener);
        play.whenCleared(() -> play.after(options.delay()));
        return play;
    }

    /** To a recording, of which the beginning is read from where it is. */
    private Exchange listen(Sending sending, Sending.Rest rest, Listener listener) {
        var play = new Play(vertx.getOrCreateContext(), SimulatedUpstream::unheard, listener);
        play.whenCleared(() -> rest.content()
                .read(0, Hearing.LOOK)
                .whenComplete((beginning, failed) -> play.loop.runOnContext(nothing -> {
                    listener.moved(true);
                    if (beginning == null) {
                        play.fail(failed);
                        return;
                    }
                    try {
                        var form = SentForm.of(sending);
                        play.simulation =
                                new Hearing(form, beginning, rest.content().length()).answer();
                        play.after(options.delay());
                    } catch (RuntimeException e) {
                        play.fail(e);
                    }
                })));
        return play;
    }

    /** What is made of a recording is there before it is played. */
    private static Simulation unheard() {
        throw new IllegalStateException("nothing was heard yet");
    }

    /** One answer being played. */
    private final class Play implements Exchange {
        private final Context loop;
        private final Supplier<Simulation> answer;
        private final Listener listener;
        private @Nullable Simulation simulation;
        private int next;
        private boolean begun;
        private boolean paused;
        private boolean waiting;
        private boolean over;

        Play(Context loop, Supplier<Simulation> answer, Listener listener) {
            this.loop = loop;
            this.answer = answer;
            this.listener = listener;
        }

        /** It is there as soon as it is wanted. */
        void whenCleared(Runnable go) {
            var clearance = listener.asks();
            if (clearance == null) {
                go.run();
                return;
            }
            clearance.whenComplete((clear, failed) -> loop.runOnContext(nothing -> {
                if (over) {
                    return;
                }
                if (failed == null && clear) {
                    go.run();
                } else {
                    over = true;
                    listener.failed(new AttemptFailure.NotSent("the call is not wanted any more"));
                }
            }));
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
            if (!begun) {
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

        /** It had to be read, and could not be. */
        void fail(@Nullable Throwable cause) {
            LOG.error("the simulator could not read what it was sent", cause);
            if (!over) {
                over = true;
                listener.failed(new AttemptFailure.Broken("the request could not be read"));
            }
        }

        private void begin() {
            var made = simulation == null ? answer.get() : simulation;
            simulation = made;
            begun = true;
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
            if (!waiting && !over && begun) {
                after(Duration.ZERO);
            }
        }

        @Override
        public void cancel() {
            over = true;
        }
    }
}
