package io.dromedary.api.responses;

import io.dromedary.api.chat.Values;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code tools} as the Responses API has them, with the name beside the type: functions and custom tools. The members of
 * other types are left alone, for {@link ChatOnly} to decide on.
 */
final class FlatToolsCheck {
    private static final int MAX_TOOLS = 128;

    private final Cursor at;
    private final Set<Tool> declared = new HashSet<>();
    private int count;

    /** A tool by which {@code tool_choice} can name it. */
    record Tool(String type, String name) {}

    FlatToolsCheck(Cursor at) {
        this.at = at;
    }

    void read() {
        at.beginArray("an array of objects");
        while (at.element()) {
            tool();
            count++;
        }
        if (count > MAX_TOOLS) {
            throw Faults.longArray(at.path(), MAX_TOOLS, count);
        }
    }

    boolean contains(Tool tool) {
        return declared.contains(tool);
    }

    /** There are no tools, of whatever type. */
    boolean none() {
        return count == 0;
    }

    private void tool() {
        @Nullable String type = null;
        @Nullable String named = null;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.text();
                case "name" -> named = foreign(type) ? taken() : at.identifier();
                default -> member(name, type);
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (foreign(type)) {
            return;
        }
        if (named == null) {
            throw Faults.missing(at.path("name"));
        }
        declared.add(new Tool(type, named));
    }

    private @Nullable String taken() {
        at.skip();
        return null;
    }

    private void member(String name, @Nullable String type) {
        if (foreign(type)) {
            at.skip();
            return;
        }
        switch (name) {
            case "description" -> at.string();
            case "parameters" -> at.object();
            case "strict" -> at.bool();
            case "format" -> format();
            case "function" ->
                throw Faults.at(
                        at.path(),
                        "unknown_parameter",
                        "Unknown parameter: '%s'. In the Responses API a tool has its name, description and parameters"
                                + " beside its type.");
            default -> at.skip();
        }
    }

    private static boolean foreign(@Nullable String type) {
        return type != null && !Values.TOOL_TYPES.contains(type);
    }

    /** Of a custom tool: free text, or text after a grammar. */
    private void format() {
        @Nullable String type = null;
        var definition = false;
        var syntax = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.oneOf(Values.CUSTOM_FORMATS);
                case "definition" -> {
                    at.filled();
                    definition = true;
                }
                case "syntax" -> {
                    at.oneOf(Values.GRAMMARS);
                    syntax = true;
                }
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (type.equals("grammar") && !(definition && syntax)) {
            throw Faults.missing(at.path(definition ? "syntax" : "definition"));
        }
    }
}
