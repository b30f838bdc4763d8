package io.dromedary.api;

/** What goes back to the client: all of it at once, or events as they come. */
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
}
