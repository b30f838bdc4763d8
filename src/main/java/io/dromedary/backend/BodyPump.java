package io.dromedary.backend;

import io.vertx.core.impl.ContextInternal;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rest of one request's body, which never waits in memory: a piece is read when the one before has been handed
 * over to the network. Lives on the event loop of its connection.
 */
final class BodyPump {
    private static final int PIECE = 64 * 1024;

    /** Who sends the request. */
    interface Owner {
        /** A piece is out. */
        void moved(boolean last);

        /** The rest cannot be read. */
        void failed(Throwable cause);
    }

    private final Sending.Rest rest;
    private final UpstreamConnection to;
    private final ContextInternal context;
    private final Owner owner;
    private long at;
    private boolean over;

    BodyPump(Sending.Rest rest, UpstreamConnection to, ContextInternal context, Owner owner) {
        this.rest = rest;
        this.to = to;
        this.context = context;
        this.owner = owner;
    }

    void next() {
        if (over) {
            return;
        }
        if (at == rest.content().length()) {
            write(rest.end(), true);
            return;
        }
        rest.content().read(at, PIECE).whenComplete((bytes, failure) -> context.emit(nothing -> read(bytes, failure)));
    }

    private void read(byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (bytes == null || bytes.length == 0) {
            stop();
            owner.failed(failure == null ? new IllegalStateException("it has less than it said") : failure);
            return;
        }
        // more than was promised must not go out as the beginning of another request
        var left = rest.content().length() - at;
        write(bytes.length > left ? Arrays.copyOf(bytes, (int) left) : bytes, false);
    }

    private void write(byte[] bytes, boolean last) {
        at += last ? 0 : bytes.length;
        to.write(bytes, last).addListener(written -> {
            if (over) {
                return;
            }
            // a connection that is lost tells it by itself
            if (last || !written.isSuccess()) {
                stop();
            }
            if (written.isSuccess()) {
                context.emit(nothing -> owner.moved(last));
                next();
            }
        });
    }

    /** Nothing more is read or written. */
    void stop() {
        over = true;
    }
}
