package io.dromedary.http;

import io.dromedary.api.Reply;
import io.dromedary.call.Call;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes content to a client, which never waits in memory: the next piece is fetched when there is room for it. */
final class ContentPump {
    private static final Logger LOG = LoggerFactory.getLogger(ContentPump.class);

    /** What becomes of it. */
    interface Outcome {
        /** The last piece is about to be written. */
        void ended();

        /** It has been handed over to the network. */
        void written();

        /** There was less than was promised. */
        void failed();
    }

    private final HttpServerResponse response;
    private final Call call;
    private final Reply.Content content;
    private final Outcome outcome;
    private long left;
    private boolean waiting;
    private boolean over;

    ContentPump(HttpServerResponse response, Call call, Reply.Content content, Outcome outcome) {
        this.response = response;
        this.call = call;
        this.content = content;
        this.outcome = outcome;
        this.left = content.length();
        response.drainHandler(nothing -> drained());
    }

    /** May be told without having waited. */
    private void drained() {
        if (waiting) {
            waiting = false;
            next();
        }
    }

    void next() {
        if (over) {
            return;
        }
        if (left == 0) {
            over = true;
            content.source().close();
            outcome.ended();
            response.end().onComplete(sent -> outcome.written());
            return;
        }
        content.source().next().whenComplete((bytes, failure) -> call.loop().execute(() -> write(bytes, failure)));
    }

    private void write(byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (bytes == null || bytes.length == 0 || bytes.length > left) {
            LOG.error(
                    "request {}: {} bytes of the content did not come",
                    call.arrival().requestId(),
                    left,
                    failure);
            over = true;
            content.source().close();
            outcome.failed();
            return;
        }
        left -= bytes.length;
        call.sent(bytes);
        response.write(Bytes.wrap(bytes));
        if (response.writeQueueFull()) {
            waiting = true;
        } else {
            next();
        }
    }

    /** The client left. */
    void left() {
        if (!over) {
            over = true;
            content.source().close();
        }
    }
}
