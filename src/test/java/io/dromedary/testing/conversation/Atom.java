package io.dromedary.testing.conversation;

/**
 * One thing that a conversation says and that must not get lost.
 *
 * @param role who says it: {@code system}, {@code user}, {@code assistant}, {@code tool}; or empty where nobody does
 * @param message which message has it, or -1
 * @param text what is said, with a mark in it
 * @param name of the tool that is called; else empty
 * @param call id of the call that this is, or is the output of; else empty
 * @param path where it stands in the request
 */
public record Atom(Kind kind, String role, int message, String text, String name, String call, String path) {
    /** What an atom is. */
    public enum Kind {
        TEXT,
        REFUSAL,
        REASONING,
        /** The text that vouches for reasoning, which only who wrote it can read. */
        SIGNATURE,
        /** The {@code name} of who speaks. */
        SPEAKER,
        /** The base64 of an image, or its address. */
        IMAGE,
        /** A value of {@code detail} beside an image: it has no mark. */
        DETAIL,
        AUDIO,
        FILE,
        FILE_NAME,
        /** What a tool is called with. */
        CALL,
        OUTPUT,
        /** Name of a tool that is offered. */
        TOOL,
        DESCRIPTION,
        /** Name of a parameter. */
        PARAMETER
    }
}
