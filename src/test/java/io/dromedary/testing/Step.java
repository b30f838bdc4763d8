package io.dromedary.testing;

import java.time.Duration;
import java.util.Map;

/** One thing that a {@link ScriptedBackend} does on the connection of a request. */
sealed interface Step {
    /**
     * The status line and headers.
     *
     * @param betweenLines pause after each line
     */
    record Head(int status, Map<String, String> headers, Duration betweenLines) implements Step {}

    /** Bytes of the body, in one write. */
    record Body(byte[] bytes) implements Step {}

    record Pause(Duration length) implements Step {}

    /** Silence until the client leaves. */
    record Stall() implements Step {}

    /** A TCP reset. */
    record Reset() implements Step {}

    /** The connection is closed in order, but the body is not ended. */
    record CloseEarly() implements Step {}
}
