package io.dromedary.testing.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Fault;
import io.dromedary.testing.wire.Front;
import io.dromedary.testing.wire.Scene;
import io.dromedary.testing.wire.Wire;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A dialect as its callers meet it.
 *
 * @param models what the names of its models begin with
 * @param schemas whether it can be held to a JSON Schema
 */
public record Served(String label, String models, Wire wire, boolean schemas) {
    private static final List<Fault> FAULTS =
            List.of(Fault.RATE_LIMITED, Fault.BROKEN, Fault.UNAUTHORIZED, Fault.BAD_REQUEST);

    /** Those for what goes wrong with one client: for each fault both ways, and for a stream that is cut. */
    private static final int EACH = 2 * FAULTS.size() + 1;

    /** How many models it has: one for all that goes well, and one for each time that something does not. */
    public static final int MODELS = 1 + 2 * Front.values().length * EACH;

    /**
     * Something that goes wrong.
     *
     * @param model of its own, for the gateway may leave it alone afterwards
     * @param status that the caller gets
     * @param code that the caller gets, where it is the gateway's own; else empty
     * @param told as the end of a stream that was begun before, so that there is no status
     */
    public record Trouble(Fault fault, boolean stream, String model, int status, String code, boolean told) {
        public String name() {
            return fault.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (stream ? ", streamed" : "");
        }
    }

    public String model() {
        return models + "-0";
    }

    /** What of it can be told, and how it ends there. */
    Told told(Front front, Scene scene) {
        var said = tellable(scene);
        return Told.of(said, front.finish(said), wire.tellsCachedTokens());
    }

    /** What of it can be told. */
    public Said tellable(Scene scene) {
        return wire.tellable(scene.said());
    }

    /** @param runtime 0 or 1: each has models of its own */
    public Stream<Trouble> troubles(Front front, int runtime) {
        return FAULTS.stream()
                .flatMap(fault ->
                        Stream.of(trouble(front, runtime, fault, false), trouble(front, runtime, fault, true)));
    }

    /** The model for streams that break in the middle. */
    public String cut(Front front, int runtime) {
        return model(front, runtime, EACH - 1);
    }

    private String model(Front front, int runtime, int place) {
        return models + "-" + (1 + (runtime * Front.values().length + front.ordinal()) * EACH + place);
    }

    /** What a stream had said by the time it broke is the beginning of what there was to say. */
    void assertBegun(String text) {
        assertThat(tellable(Scene.HELLO).text()).startsWith(text).isNotEqualTo(text);
        assertThat(text).isNotEmpty();
    }

    private Trouble trouble(Front front, int runtime, Fault fault, boolean stream) {
        var model = model(front, runtime, 2 * FAULTS.indexOf(fault) + (stream ? 1 : 0));
        var told = stream && front.failsInStream() && fault != Fault.BAD_REQUEST;
        return switch (fault) {
            case RATE_LIMITED -> new Trouble(fault, stream, model, 429, "rate_limit_exceeded", told);
            // it is the backend that says no to us, and not we to the caller
            case BROKEN, UNAUTHORIZED ->
                new Trouble(fault, stream, model, 502, told ? "server_error" : "backend_failed", told);
            case BAD_REQUEST -> new Trouble(fault, stream, model, 400, "", told);
            case OVERLOADED, USED_UP, UNKNOWN_MODEL, TOO_LONG -> throw new IllegalArgumentException(fault.name());
        };
    }
}
