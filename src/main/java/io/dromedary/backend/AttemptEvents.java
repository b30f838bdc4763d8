package io.dromedary.backend;

import org.jspecify.annotations.Nullable;

/**
 * The events of an attempt's answer, framed as server-sent events. Everything here is called on the event loop of the
 * call, and everything it calls back is called there.
 */
public interface AttemptEvents {
    /** Begins to push; nothing is pushed before. Called once. */
    void start(Receiver to);

    /** Asks for silence: a push that is under way may still come. */
    void pause();

    void resume();

    /** Stops the upstream at once. Nothing is pushed afterwards. Does nothing when it has ended. */
    void cancel();

    /** Where the events go. After {@link #end} or {@link #broke} nothing more is called. */
    interface Receiver {
        /** One or more whole events, each with its blank line; the array is the receiver's from now on. */
        void write(byte[] events);

        /** The answer is complete, {@code [DONE]} included. */
        void end();

        /** The answer broke off after what was written. */
        void broke(AttemptFailure failure);

        /** One of the two. */
        default void close(@Nullable AttemptFailure failure) {
            if (failure == null) {
                end();
            } else {
                broke(failure);
            }
        }
    }
}
