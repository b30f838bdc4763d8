package io.dromedary.fronts;

import io.dromedary.api.EventSource;
import io.dromedary.api.front.Front;
import io.dromedary.responses.ChatChunks;
import org.jspecify.annotations.Nullable;

/** The events of an answer as its chat call brings them. Lives on the call's event loop. */
final class FrontStream implements EventSource, EventSource.Sink {
    private final Front.Events events;
    private final EventSource chat;
    private final ChatChunks chunks;
    private @Nullable Sink sink;

    FrontStream(Front.Events events, EventSource chat) {
        this.events = events;
        this.chat = chat;
        this.chunks = new ChatChunks(json -> tell(events.chunk(json)));
    }

    @Override
    public void start(Sink to) {
        sink = to;
        chat.start(this);
    }

    @Override
    public void write(byte[] said) {
        chunks.feed(said);
    }

    @Override
    public void end() {
        var to = sink;
        if (to == null) {
            return;
        }
        tell(events.end(chunks.done()));
        sink = null;
        to.end();
    }

    private void tell(byte[] frames) {
        if (sink != null && frames.length > 0) {
            sink.write(frames);
        }
    }

    @Override
    public void pause() {
        chat.pause();
    }

    @Override
    public void resume() {
        chat.resume();
    }

    @Override
    public void cancel() {
        sink = null;
        chat.cancel();
    }
}
