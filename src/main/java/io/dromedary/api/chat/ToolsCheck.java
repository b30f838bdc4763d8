package io.dromedary.api.chat;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tools}: functions and custom tools, at most 128. */
final class ToolsCheck {
    static final int MAX_TOOLS = 128;

    private final Cursor at;
    private List<Tool> declared = List.of();
    private boolean custom;

    /** A tool by which {@code tool_choice} can name it. */
    record Tool(String type, String name) {}

    ToolsCheck(Cursor at) {
        this.at = at;
    }

    void read() {
        at.beginArray("an array of objects");
        var tools = new ArrayList<Tool>(4);
        while (at.element()) {
            tools.add(tool());
        }
        if (tools.size() > MAX_TOOLS) {
            throw Faults.longArray(at.path(), MAX_TOOLS, tools.size());
        }
        declared = tools;
    }

    boolean contains(Tool tool) {
        return declared.contains(tool);
    }

    int count() {
        return declared.size();
    }

    boolean custom() {
        return custom;
    }

    private Tool tool() {
        @Nullable String type = null;
        @Nullable String functionName = null;
        @Nullable String customName = null;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type = at.oneOf(Values.TOOL_TYPES);
                case "function" -> functionName = FunctionsCheck.declaration(at);
                case "custom" -> customName = CustomToolCheck.read(at);
                default -> at.skip();
            }
        }
        if (type == null) {
            throw Faults.missing(at.path("type"));
        }
        custom |= type.equals("custom");
        var toolName = type.equals("custom") ? customName : functionName;
        if (toolName == null) {
            throw Faults.missing(at.path(type));
        }
        return new Tool(type, toolName);
    }
}
