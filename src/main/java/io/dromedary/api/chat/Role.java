package io.dromedary.api.chat;

import java.util.Arrays;
import java.util.List;

/** Who says a message, and what such a message may hold. */
enum Role {
    SYSTEM("system", Parts.TEXT, 0, 0),
    DEVELOPER("developer", Parts.TEXT, 0, 0),
    USER("user", Parts.TEXT | Parts.IMAGE | Parts.AUDIO | Parts.FILE, 0, 0),
    ASSISTANT(
            "assistant",
            Parts.TEXT | Parts.REFUSAL,
            Extras.TOOL_CALLS | Extras.FUNCTION_CALL | Extras.REFUSAL | Extras.AUDIO | Extras.REASONING,
            0),
    TOOL("tool", Parts.TEXT, Extras.TOOL_CALL_ID, Extras.TOOL_CALL_ID),
    FUNCTION("function", Parts.TEXT, 0, Extras.NAME);

    static final List<String> NAMES =
            Arrays.stream(values()).map(role -> role.wireName).toList();

    private static final Role[] ROLES = values();

    /** As it stands in a request. */
    final String wireName;

    final int parts;
    final int extras;
    final int required;

    Role(String wireName, int parts, int extras, int required) {
        this.wireName = wireName;
        this.parts = parts;
        this.extras = extras | Extras.NAME;
        this.required = required;
    }

    /** @param name one of {@link #NAMES} */
    static Role named(String name) {
        return ROLES[NAMES.indexOf(name)];
    }

    /** A message of this role may go without content. */
    boolean mayBeSilent(int extrasSeen) {
        return switch (this) {
            case ASSISTANT ->
                (extrasSeen & (Extras.TOOL_CALLS | Extras.FUNCTION_CALL | Extras.REFUSAL | Extras.AUDIO)) != 0;
            case FUNCTION -> true;
            case SYSTEM, DEVELOPER, USER, TOOL -> false;
        };
    }

    /** The members of a message other than role and content, as bits. */
    static final class Extras {
        static final int NAME = 1;
        static final int TOOL_CALLS = 2;
        static final int TOOL_CALL_ID = 4;
        static final int FUNCTION_CALL = 8;
        static final int REFUSAL = 16;
        static final int AUDIO = 32;
        static final int REASONING = 64;

        private static final List<String> NAMES =
                List.of("name", "tool_calls", "tool_call_id", "function_call", "refusal", "audio", "reasoning_content");

        private Extras() {}

        /** The name of the lowest bit. */
        static String name(int extras) {
            return NAMES.get(Integer.numberOfTrailingZeros(extras));
        }
    }
}
