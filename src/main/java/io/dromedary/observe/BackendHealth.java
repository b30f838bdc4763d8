package io.dromedary.observe;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How one configured backend is.
 *
 * @param name of its file
 * @param models the public names that it serves
 * @param reason why it is off or down, in words for an operator and without secrets; null when it is on
 */
public record BackendHealth(
        String name, String dialect, State state, @Nullable String reason, List<String> models) {

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
