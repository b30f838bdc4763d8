package io.dromedary.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.error.ErrorEnvelope;
import io.dromedary.api.error.Refusal;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of a streamed reply into the messages of a turn: the data of each, without comments and {@code
 * [DONE]}. A turn has one last message: what would follow it is left out, and where it is missing an error stands in.
 */
final class EventMessages {
    /** Where messages go. */
    @FunctionalInterface
    interface Out {
        /** One message, as JSON; the bytes do not change any more. */
        void message(byte[] bytes, int offset, int length);
    }

    private static final Set<String> LAST = Set.of("response.completed", "response.incomplete", "response.failed");
    private static final byte[] EVENT = "event: ".getBytes(US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(US_ASCII);
    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    /** What an error looks like where its event has no name. */
    private static final byte[] NAMELESS_ERROR = "{\"error\":".getBytes(US_ASCII);

    private final Out out;
    private byte @Nullable [] error;
    private boolean over;
    private boolean done;
    private boolean failed;

    EventMessages(Out out) {
        this.out = out;
    }

    /** @param events whole ones: lines that end with LF, and a blank line after each event */
    void write(byte[] events) {
        var name = "";
        for (int at = 0, end; at < events.length; at = end + 1) {
            end = lineEnd(events, at);
            if (begins(events, at, end, DATA)) {
                event(name, events, at + DATA.length, end);
            } else if (begins(events, at, end, EVENT)) {
                name = new String(events, at + EVENT.length, end - at - EVENT.length, UTF_8);
            } else if (end == at) {
                name = "";
            }
        }
    }

    /** The stream has ended. */
    void end() {
        if (over || error == null && done) {
            return;
        }
        var last = error != null
                ? error
                : ErrorEnvelope.of(new Refusal.Http(
                        500, "The response broke off before its end. Ask again.", "response_broke_off"));
        failed = true;
        over = true;
        out.message(last, 0, last.length);
    }

    /** The turn ended with an error, or with a response that failed. */
    boolean failed() {
        return failed;
    }

    private void event(String name, byte[] events, int from, int to) {
        if (to - from == DONE.length && begins(events, from, to, DONE)) {
            done = true;
            return;
        }
        if (over) {
            return;
        }
        if (name.equals("error") || begins(events, from, to, NAMELESS_ERROR)) {
            // a response that failed may follow, and is then the last message
            error = ErrorEnvelope.ofEvent(Arrays.copyOfRange(events, from, to));
            return;
        }
        over = LAST.contains(name);
        failed |= name.equals("response.failed");
        out.message(events, from, to - from);
    }

    private static int lineEnd(byte[] events, int from) {
        var at = from;
        while (at < events.length && events[at] != '\n') {
            at++;
        }
        return at;
    }

    private static boolean begins(byte[] events, int from, int to, byte[] with) {
        return to - from >= with.length && Arrays.equals(events, from, from + with.length, with, 0, with.length);
    }
}
