package io.dromedary.api;

/**
 * A reply that is still arriving, as framed server-sent events. Everything here is called on the event loop of the
 * call, and everything it calls back is called there.
 */
public interface EventSource {
    /** Begins to push; nothing is pushed before. Called once. */
    void start(Sink sink);

    /** Asks for silence: a push that is under way may still come. */
    void pause();

    void resume();

    /** The client left: stop the upstream at once. Nothing is pushed afterwards. Does nothing when it has ended. */
    void cancel();

    /**
     * The client left, and others may want what is still to come: as {@link #cancel}, unless they do.
     *
     * @param ended told when it is over; never, where false is returned
     * @return whether it goes on without the client
     */
    default boolean detach(Runnable ended) {
        cancel();
        return false;
    }

    /** Where the events go. */
    interface Sink {
        /** One or more whole events, each with its blank line; the array is the sink's from now on. */
        void write(byte[] events);

        /** The last event was written: the terminal {@code [DONE]}, or an error event without it. */
        void end();
    }
}
