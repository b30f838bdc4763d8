package io.dromedary.api;

/** What goes back to the client: all of it at once, events as they come, or content piece by piece. */
public sealed interface Reply {
    /** HTTP status. */
    int status();

    /**
     * A reply that is complete.
     *
     * @param contentType e.g. {@code application/json}
     */
    record Whole(int status, String contentType, byte[] body) implements Reply {
        /** The content type of nearly every reply. */
        public static final String JSON = "application/json";

        public static Whole json(int status, byte[] body) {
            return new Whole(status, JSON, body);
        }
    }

    /** A reply of server-sent events that is still arriving. */
    record Events(EventSource source) implements Reply {
        @Override
        public int status() {
            return 200;
        }
    }

    /**
     * A reply that may be too large to be held.
     *
     * @param length of all that the source has, in bytes
     */
    record Content(int status, String contentType, long length, ContentSource source) implements Reply {}
}
