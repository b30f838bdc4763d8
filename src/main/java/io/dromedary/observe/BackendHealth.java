package io.dromedary.observe;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one configured backend is.
 *
 * @param name of its file
 * @param models the public names that it serves
 * @param reported what the server says of itself: the model that it has loaded, its version and its sizes, by name; empty
 *     where it does not say
 * @param gate in front of it, or null where it is off
 * @param reason why it is off or down, in words for an operator and without secrets; null when it is on
 */
public record BackendHealth(
        String name,
        String dialect,
        State state,
        @Nullable String reason,
        List<String> models,
        Map<String, String> reported,
        @Nullable GateState gate) {

    /** Of a server that does not say what it is, and to which nobody goes. */
    public BackendHealth(String name, String dialect, State state, @Nullable String reason, List<String> models) {
        this(name, dialect, state, reason, models, Map.of(), null);
    }

    /** Whether calls go there. */
    public enum State {
        /** In use. */
        ON,
        /** Not in use by configuration: disabled, or something that it requires is not set. */
        OFF,
        /** Configured for use, and failing. */
        DOWN;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** As JSON and the console write it, e.g. {@code on}. */
        public String label() {
            return label;
        }
    }
}
