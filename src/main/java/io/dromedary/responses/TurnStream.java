package io.dromedary.responses;

import io.dromedary.api.EventSource;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.responses.ResponseEvents;
import io.dromedary.api.sse.SseFrame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one response as its chat call brings them. Others can follow it from the first event on; the last one goes
 * out when the response is kept. Lives on the call's event loop.
 */
final class TurnStream implements EventSource, EventSource.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(TurnStream.class);
    private static final byte[] DONE = SseFrame.done();
    private static final String BROKEN = "The answer broke off. What was sent so far is not complete.";

    private final ResponseTurn turn;
    private final ResponseEvents events;
    private final @Nullable EventSource chat;
    private final @Nullable Refusal refusal;
    private final Executor loop;
    private final ChatChunks chunks;

    /** Null where the client has left. */
    private @Nullable Sink sink;

    private @Nullable Recording recording;
    private @Nullable Runnable leftBehind;
    private boolean begun;
    private boolean ending;
    private boolean over;

    TurnStream(ResponseTurn turn, ResponseEvents events, EventSource chat, Executor loop) {
        this(turn, events, chat, null, loop);
    }

    private TurnStream(
            ResponseTurn turn,
            ResponseEvents events,
            @Nullable EventSource chat,
            @Nullable Refusal refusal,
            Executor loop) {
        this.turn = turn;
        this.events = events;
        this.chat = chat;
        this.refusal = refusal;
        this.loop = loop;
        this.chunks = new ChatChunks(json -> emit(events.chunk(json)));
    }

    /** The events of a response that nobody answers. */
    static TurnStream failed(ResponseTurn turn, ResponseEvents events, Refusal refusal, Executor loop) {
        return new TurnStream(turn, events, null, refusal, loop);
    }

    @Override
    public void start(Sink to) {
        sink = to;
        onLoop(turn.begin(), this::begin);
    }

    private void begin(@Nullable Throwable failure) {
        if (over) {
            turn.forget();
            return;
        }
        if (failure != null) {
            // nobody could be told of its end: better none than one that cannot be found again
            LOG.error("{} cannot be kept", turn.id(), failure);
            emit(events.begin());
            fail(new Refusal.Unavailable(
                    "The store that keeps responses cannot be used now. Try again a little later, or with 'store' set to"
                            + " false.",
                    "store_unavailable"));
            return;
        }
        begun = true;
        recording = turn.recording();
        emit(events.begin());
        if (chat != null) {
            chat.start(this);
        } else {
            end(refusal == null ? events.end() : events.failed(refusal));
        }
    }

    // what the chat call says

    @Override
    public void write(byte[] said) {
        if (!ending && !over) {
            chunks.feed(said);
        }
    }

    @Override
    public void end() {
        if (!ending && !over) {
            end(chunks.done() || events.broken() ? events.end() : events.failed(BROKEN));
        }
    }

    // what the client gets

    private void emit(byte[] frames) {
        if (frames.length == 0) {
            return;
        }
        if (recording != null) {
            recording.append(frames);
        }
        if (sink != null) {
            sink.write(frames);
        }
    }

    /** The response is kept, and then what others follow, before anybody hears that it has ended. */
    private void end(ResponseEvents.End last) {
        ending = true;
        emit(last.closing());
        onLoop(turn.keep(last.response()), failure -> {
            if (over) {
                return;
            }
            if (failure == null) {
                close(last.terminal());
            } else {
                fail(failure instanceof RefusedException refused ? refused.refusal() : new Refusal.Internal());
            }
        });
    }

    private void close(byte[] terminal) {
        CompletionStage<?> written =
                recording == null ? CompletableFuture.completedStage(null) : recording.end(terminal);
        onLoop(written, failure -> {
            if (failure != null) {
                LOG.warn("the events of {} could not be kept", turn.id(), failure);
            }
            last(terminal);
        });
    }

    /** The end that is told is not kept. */
    private void fail(Refusal why) {
        ending = true;
        turn.forget();
        if (chat != null) {
            chat.cancel();
        }
        var last = events.failed(why);
        emit(last.closing());
        last(last.terminal());
    }

    private void last(byte[] terminal) {
        if (over) {
            return;
        }
        over = true;
        if (sink != null) {
            sink.write(terminal);
            sink.write(DONE);
            sink.end();
        }
        if (leftBehind != null) {
            leftBehind.run();
        }
    }

    private void onLoop(CompletionStage<?> stage, Consumer<@Nullable Throwable> next) {
        var future = stage.toCompletableFuture();
        if (future.isDone()) {
            next.accept(future.isCompletedExceptionally() ? future.exceptionNow() : null);
        } else {
            stage.whenComplete((any, failure) -> loop.execute(() -> next.accept(bare(failure))));
        }
    }

    private static @Nullable Throwable bare(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public void pause() {
        if (chat != null) {
            chat.pause();
        }
    }

    @Override
    public void resume() {
        if (chat != null) {
            chat.resume();
        }
    }

    /** The client left. Where others follow the response, it goes on for them. */
    @Override
    public boolean detach(Runnable ended) {
        if (over || ending || recording == null) {
            cancel();
            return false;
        }
        sink = null;
        leftBehind = ended;
        resume();
        var followed = turn.isFollowed().toCompletableFuture();
        onLoop(followed, failure -> {
            if ((failure != null || !followed.join()) && !over && !ending) {
                leftBehind = null;
                cancel();
                ended.run();
            }
        });
        return true;
    }

    /** What there is of it is kept as incomplete. One that is about to end ends. */
    @Override
    public void cancel() {
        sink = null;
        if (over || ending) {
            return;
        }
        if (chat != null) {
            chat.cancel();
        }
        if (begun) {
            end(events.left());
        } else {
            over = true;
        }
    }
}
