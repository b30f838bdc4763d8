package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import org.jspecify.annotations.Nullable;

/** {@code tool_calls} of an assistant's message, and the deprecated {@code function_call}. */
final class ToolCallsCheck {
    private static final int FUNCTION = 1;
    private static final int CUSTOM = 2;

    private ToolCallsCheck() {}

    /** Gives how many calls there are. */
    static int read(Cursor at) {
        at.beginArray("an array of objects");
        var count = 0;
        while (at.element()) {
            toolCall(at);
            count++;
        }
        return count;
    }

    /**
     * Takes an object with the name of what is called and what it is called with.
     *
     * @param input the member that has the latter, a string
     */
    static void call(Cursor at, String input) {
        var named = false;
        var given = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            if (name.equals("name")) {
                at.filled();
                named = true;
            } else if (name.equals(input)) {
                input(at);
                given = true;
            } else {
                at.skip();
            }
        }
        if (!named) {
            throw Faults.missing(at.path("name"));
        }
        if (!given) {
            throw Faults.missing(at.path(input));
        }
    }

    private static void toolCall(Cursor at) {
        @Nullable String type = null;
        var identified = false;
        var shapes = 0;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "id" -> {
                    at.filled();
                    identified = true;
                }
                case "type" -> type = at.oneOf(Values.TOOL_TYPES);
                case "function" -> {
                    call(at, "arguments");
                    shapes |= FUNCTION;
                }
                case "custom" -> {
                    call(at, "input");
                    shapes |= CUSTOM;
                }
                default -> at.skip();
            }
        }
        if (!identified) {
            throw Faults.missing(at.path("id"));
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if ((shapes & (type.equals("custom") ? CUSTOM : FUNCTION)) == 0) {
            throw Faults.missing(at.path(type));
        }
    }

    private static void input(Cursor at) {
        if (at.atObject()) {
            throw at.wrongType("a string of JSON (encode the object as a string)");
        }
        at.string();
    }
}
