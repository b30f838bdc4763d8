package io.dromedary.api.sse;

/**
 * Cuts the body of one streamed answer into events: {@link SseParser} for most upstreams, a dialect's own where its
 * upstream sends something else. Takes pieces as the network cut them. Not thread-safe.
 */
public interface Framing {
    /** Bytes that one event may have. */
    int MAX_EVENT = 4 << 20;

    /** What came cannot be cut into events; the message is fit for logs and for callers. */
    class UnreadableException extends RuntimeException {
        public UnreadableException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Reads one piece, and calls the listener for each event that it completes.
     *
     * @throws UnreadableException wherever the pieces were cut, at the same event; this is of no use afterwards
     */
    void feed(byte[] chunk, int offset, int length, SseParser.Listener listener);

    /** The upstream closed. */
    void end(SseParser.Listener listener);
}
