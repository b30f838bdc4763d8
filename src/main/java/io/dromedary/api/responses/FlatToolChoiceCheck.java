package io.dromedary.api.responses;

import io.dromedary.api.chat.Values;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import io.dromedary.api.responses.FlatToolsCheck.Tool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code tool_choice}: a mode, one tool by name, or a set of allowed ones. Each function and custom tool must be among the
 * request's tools; a choice of another type is left to {@link ChatOnly}.
 */
final class FlatToolChoiceCheck {
    private static final String HERE = "tool_choice";

    private final Cursor at;
    private final List<Choice> choices = new ArrayList<>(0);
    private boolean forces;

    private record Choice(Tool tool, String path) {}

    FlatToolChoiceCheck(Cursor at) {
        this.at = at;
    }

    void read() {
        if (at.atString()) {
            forces = at.oneOf(Values.TOOL_CHOICES).equals("required");
        } else if (at.atObject()) {
            choice();
        } else {
            throw at.wrongType("'none', 'auto', 'required' or an object that names a tool");
        }
    }

    /** The tools may stand after the choice, so this waits for the end of the request. */
    void verify(FlatToolsCheck tools) {
        if (tools.none() && (forces || !choices.isEmpty())) {
            throw Faults.at(
                    HERE,
                    "invalid_value",
                    "'%s' is only allowed when 'tools' are specified. Add the tools, or leave the choice out.");
        }
        for (var choice : choices) {
            if (!tools.contains(choice.tool)) {
                throw Faults.at(
                        choice.path,
                        "invalid_value",
                        "Tool choice '" + choice.tool.name() + "' not found in 'tools' as a tool of type '"
                                + choice.tool.type() + "'.");
            }
        }
    }

    private void choice() {
        @Nullable String type = null;
        @Nullable String named = null;
        @Nullable String mode = null;
        var allowed = -1;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.text();
                case "name" -> named = at.text();
                case "mode" -> mode = at.oneOf(Values.TOOL_MODES);
                case "tools" -> allowed = allowed();
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (type.equals("allowed_tools")) {
            allowed(mode, allowed);
        } else if (Values.TOOL_TYPES.contains(type)) {
            add(type, named);
        }
    }

    private void allowed(@Nullable String mode, int count) {
        if (mode == null) {
            throw Faults.missing(at.path("mode"));
        }
        if (count < 0) {
            throw Faults.missing(at.path("tools"));
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path("tools"));
        }
        forces |= mode.equals("required");
    }

    private int allowed() {
        at.beginArray("an array of objects");
        var count = 0;
        while (at.element()) {
            @Nullable String type = null;
            @Nullable String named = null;
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case "type" -> type = at.text();
                    case "name" -> named = at.text();
                    default -> at.skip();
                }
            }
            if (type == null) {
                throw Faults.missing(at.path("type"));
            }
            if (Values.TOOL_TYPES.contains(type)) {
                add(type, named);
            }
            count++;
        }
        return count;
    }

    private void add(String type, @Nullable String named) {
        if (named == null) {
            throw Faults.missing(at.path("name"));
        }
        choices.add(new Choice(new Tool(type, named), at.path("name")));
    }
}
