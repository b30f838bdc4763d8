package io.dromedary.api.chat;

import io.dromedary.api.chat.ToolsCheck.Tool;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tool_choice}: a mode, one tool by name, or a set of allowed ones. Each must be among the request's tools. */
final class ToolChoiceCheck {
    private static final String HERE = "tool_choice";

    private final Cursor at;
    private final List<Choice> choices = new ArrayList<>(0);
    private boolean forces;

    private record Choice(Tool tool, String path) {}

    ToolChoiceCheck(Cursor at) {
        this.at = at;
    }

    void read() {
        if (at.atString()) {
            forces = at.oneOf(Values.TOOL_CHOICES).equals("required");
            return;
        }
        if (!at.atObject()) {
            throw at.wrongType("'none', 'auto', 'required' or an object that names a tool");
        }
        if (tool(Values.TOOL_CHOICE_TYPES)) {
            forces = true;
        }
    }

    /** The tools may stand after the choice, so this waits for the end of the request. */
    void verify(ToolsCheck tools) {
        if (tools.count() == 0 && (forces || !choices.isEmpty())) {
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

    /** The model may not answer without calling a tool. */
    boolean forces() {
        return forces;
    }

    /** Takes an object that names a tool, or a set of them; true where it is one. */
    private boolean tool(List<String> types) {
        @Nullable String type = null;
        @Nullable Choice function = null;
        @Nullable Choice custom = null;
        var allowed = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.oneOf(types);
                case "function" -> function = choice(name);
                case "custom" -> custom = choice(name);
                case "allowed_tools" -> {
                    allowedTools();
                    allowed = true;
                }
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        if (type.equals("allowed_tools")) {
            if (!allowed) {
                throw Faults.missing(at.path("allowed_tools"));
            }
            return false;
        }
        var choice = type.equals("custom") ? custom : function;
        if (choice == null) {
            throw Faults.missing(at.path(type));
        }
        choices.add(choice);
        return true;
    }

    private Choice choice(String type) {
        var name = FunctionsCheck.reference(at);
        return new Choice(new Tool(type, name), at.path("name"));
    }

    private void allowedTools() {
        var mode = false;
        var tools = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "mode" -> {
                    forces |= at.oneOf(Values.TOOL_MODES).equals("required");
                    mode = true;
                }
                case "tools" -> {
                    tools();
                    tools = true;
                }
                default -> at.skip();
            }
        }
        if (!mode) {
            throw Faults.missing(at.path("mode"));
        }
        if (!tools) {
            throw Faults.missing(at.path("tools"));
        }
    }

    private void tools() {
        at.beginArray("an array of objects");
        var before = choices.size();
        while (at.element()) {
            tool(Values.TOOL_TYPES);
        }
        if (choices.size() == before) {
            throw Faults.emptyArray(at.path());
        }
    }
}
