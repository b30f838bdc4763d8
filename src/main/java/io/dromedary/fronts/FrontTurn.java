package io.dromedary.fronts;

import io.dromedary.api.EventSource;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.front.Front;
import io.dromedary.responses.Turn;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A request of an API that keeps nothing, while it runs as a chat call. */
public final class FrontTurn implements Turn {
    private final Front front;

    public FrontTurn(Front front) {
        this.front = front;
    }

    @Override
    public ChatRequest chat() {
        return front.chat();
    }

    @Override
    public CompletionStage<Reply> answered(Reply answer) {
        return switch (answer) {
            case Reply.Whole whole ->
                CompletableFuture.completedStage(Reply.Whole.json(whole.status(), front.whole(whole.body())));
            case Reply.Events events ->
                CompletableFuture.completedStage(new Reply.Events(new FrontStream(front.events(), events.source())));
            case Reply.Content content ->
                CompletableFuture.failedStage(
                        new IllegalStateException("a backend's answer is neither whole nor events"));
        };
    }

    @Override
    public CompletionStage<Reply> refused(Refusal refusal, Reply.Whole told, boolean begun) {
        return CompletableFuture.completedStage(begun ? new Reply.Events(new Last(front.failed(told))) : told);
    }

    @Override
    public String asked(String chat) {
        return front.asked(chat);
    }

    @Override
    public List<String> dropped() {
        return front.dropped();
    }

    /** A stream of one event. */
    private record Last(byte[] event) implements EventSource {
        @Override
        public void start(Sink sink) {
            sink.write(event.clone());
            sink.end();
        }

        @Override
        public void pause() {
            // there is nothing more to come
        }

        @Override
        public void resume() {
            // there is nothing more to come
        }

        @Override
        public void cancel() {
            // there is nothing more to come
        }
    }
}
