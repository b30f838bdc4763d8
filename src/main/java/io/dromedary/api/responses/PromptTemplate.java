package io.dromedary.api.responses;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prompt that the operator keeps for callers, who name it in {@code prompt.id}.
 *
 * @param id e.g. {@code pmpt_weather}
 * @param current the version that is meant where a caller names none; one of {@code versions}
 * @param versions by their names, in the order of the file
 */
public record PromptTemplate(String id, String current, Map<String, Version> versions) {
    /**
     * What it says.
     *
     * @param model where the caller names none
     * @param instructions where the caller gives none
     * @param input goes before the caller's
     * @param variables those that {@link PromptText} may name, by their names
     */
    public record Version(
            @Nullable String model,
            @Nullable String instructions,
            List<Message> input,
            Map<String, Variable> variables) {}

    /**
     * One of the messages.
     *
     * @param role user, assistant, system or developer
     * @param content a {@link PromptText}
     */
    public record Message(String role, String content) {}

    /**
     * What may be put in.
     *
     * @param required a caller who leaves it out is refused; else nothing stands in its place
     */
    public record Variable(Kind kind, boolean required) {}

    /** What a variable stands for. */
    public enum Kind {
        TEXT("input_text"),
        /** Only in messages of the user. */
        IMAGE("input_image"),
        /** Only in messages of the user. */
        FILE("input_file");

        /** The type of the part that a caller sends for it. */
        final String part;

        Kind(String part) {
            this.part = part;
        }
    }
}
