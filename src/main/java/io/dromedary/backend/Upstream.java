package io.dromedary.backend;

import io.dromedary.api.TraceContext;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One backend that requests can be sent to: over HTTP, or embedded. Used on event loops only. */
public interface Upstream {
    /**
     * Sends one chat request. The listener is called on the caller's event loop, never before this returns.
     *
     * @param body the request in the backend's own dialect
     * @param span that this request belongs to, which is told to the backend where it is asked over HTTP; null for none
     */
    Exchange chat(byte[] body, @Nullable TraceContext span, Listener listener);

    /**
     * Sends a request that says where it goes. The listener is called as in {@link #chat}.
     *
     * @param span as in {@link #chat}
     */
    default Exchange send(Sending sending, @Nullable TraceContext span, Listener listener) {
        if (sending.path() == null) {
            return chat(sending.body(), span, listener);
        }
        throw new UnsupportedOperationException("there is nothing at " + sending.path());
    }

    /**
     * Asks for a page of the backend's, e.g. its health. The listener is called as in {@link #chat}.
     *
     * @param path from the root
     */
    default Exchange get(String path, Listener listener) {
        throw new UnsupportedOperationException("there is nothing at " + path);
    }

    /** What comes back. After {@link #end} or {@link #failed} nothing more is called. */
    interface Listener {
        /**
         * The request is about to go out, on a connection that is there; again where that turns out to have died. May be called
         * before the request's method returns.
         *
         * @return null to send it now; otherwise it waits for this, and is sent with true and not with false
         */
        default @Nullable CompletionStage<Boolean> asks() {
            return null;
        }

        /** A piece of a request that goes out in pieces has left; the last of them, or one before. */
        default void moved(boolean last) {}

        /** @param headers value of a header by lower-case name, or null */
        void head(int status, UnaryOperator<@Nullable String> headers);

        /** A piece of the body; the array is the listener's. */
        void body(byte[] bytes);

        void end();

        void failed(AttemptFailure failure);
    }

    /** A request that is under way. */
    interface Exchange {
        void pause();

        void resume();

        /** Drops it: the upstream's connection is reset, the listener hears nothing more. Does nothing when it has ended. */
        void cancel();
    }
}
