package io.dromedary.responses;

import io.dromedary.api.EventSource;
import io.dromedary.api.responses.ResponseError;
import io.dromedary.api.responses.ResponseEvents;
import io.dromedary.responses.BackgroundRun.End;
import io.dromedary.store.StoreException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of one attempt at a response in the background, as its chat call brings them. They go to their shelf, where
 * others follow them; whoever runs the call gets none. Lives on the call's event loop.
 */
final class BackgroundStream implements EventSource, EventSource.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundStream.class);
    private static final String BROKEN = "The answer broke off.";

    /** So many bytes may wait for their shelf before the backend is asked to wait. */
    private static final int MOST_HELD = 1 << 20;

    private final BackgroundResponses responses;
    private final BackgroundRun run;
    private final StoredResponse inProgress;
    private final Function<ResponseEvents.Begin, ResponseEvents> maker;
    private final EventSource chat;
    private final Executor loop;
    private final ChatChunks chunks = new ChatChunks(this::chunk);

    private @Nullable Sink sink;
    private @Nullable Recording recording;
    private @Nullable ResponseEvents events;
    private boolean paused;
    private boolean ending;
    private boolean over;

    /**
     * One that has not begun.
     *
     * @param inProgress the response as it is while it is made
     * @param maker makes the events, after those of others
     */
    BackgroundStream(
            BackgroundResponses responses,
            BackgroundRun run,
            StoredResponse inProgress,
            Function<ResponseEvents.Begin, ResponseEvents> maker,
            EventSource chat,
            Executor loop) {
        this.responses = responses;
        this.run = run;
        this.inProgress = inProgress;
        this.maker = maker;
        this.chat = chat;
        this.loop = loop;
    }

    @Override
    public void start(Sink to) {
        sink = to;
        onLoop(responses.begin(run, inProgress), this::begun);
    }

    private void begun(BackgroundResponses.@Nullable Begun begun, @Nullable Throwable failure) {
        if (begun == null || over) {
            if (begun != null) {
                begun.recording().discard();
            }
            interrupted(failure);
            return;
        }
        var log = begun.recording();
        recording = log;
        events = maker.apply(begun.begin());
        log.arrive(() -> loop.execute(this::written));
        onLoop(log.ended(), (nothing, broke) -> {
            if (!ending) {
                interrupted(broke);
            }
        });
        chat.start(this);
    }

    // what the chat call says

    @Override
    public void write(byte[] said) {
        if (!ending && !over) {
            chunks.feed(said);
        }
    }

    private void chunk(byte[] json) {
        if (events != null) {
            emit(events.chunk(json));
        }
    }

    private void emit(byte[] frames) {
        if (recording == null) {
            return;
        }
        recording.append(frames);
        if (!paused && recording.held() > MOST_HELD) {
            paused = true;
            chat.pause();
        }
    }

    private void written() {
        if (paused && !over && recording != null && recording.held() <= MOST_HELD) {
            paused = false;
            chat.resume();
        }
    }

    @Override
    public void end() {
        if (ending || over || events == null || recording == null) {
            return;
        }
        ending = true;
        var error = events.error();
        if (error == null && !chunks.done()) {
            error = ResponseError.ofServer(BROKEN);
        }
        if (error != null && !ResponseError.isCallersFault(error.code())) {
            // the next attempt closes what is open
            broken(recording, new End.Broken(error));
            return;
        }
        var last = events.end();
        recording.append(last.closing());
        onLoop(recording.flush().thenCompose(end -> responses.ended(run, last.response(), end)), (kept, failure) -> {
            if (failure == null) {
                over(new End.Ended());
            } else {
                interrupted(failure);
            }
        });
    }

    /** What was said until then is written, for those who follow. */
    private void broken(Recording log, End.Broken how) {
        onLoop(log.flush(), (end, failure) -> over(how));
    }

    private void interrupted(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("an attempt at {} ends before its answer does: {}", inProgress.id(), failure.toString());
        }
        chat.cancel();
        over(
                failure == null || failure instanceof StoreException
                        ? new End.Interrupted()
                        : new End.Broken(ResponseError.ofServer("The gateway failed while it kept the answer.")));
    }

    private void over(End how) {
        if (over) {
            return;
        }
        over = true;
        run.end(how);
        if (recording != null) {
            recording.discard();
        }
        if (sink != null) {
            sink.end();
        }
    }

    private <T extends @Nullable Object> void onLoop(
            CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> next) {
        stage.whenComplete((value, failure) -> loop.execute(() -> next.accept(
                value,
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure)));
    }

    /** Nobody reads it here. */
    @Override
    public void pause() {}

    @Override
    public void resume() {}

    /** The attempt is over: what it has not written is for another one to say. */
    @Override
    public void cancel() {
        sink = null;
        if (over || ending) {
            return;
        }
        chat.cancel();
        over(new End.Interrupted());
    }
}
