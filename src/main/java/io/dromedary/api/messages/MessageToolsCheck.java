package io.dromedary.api.messages;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tools} and {@code tool_choice} of the Messages API. */
final class MessageToolsCheck {
    private static final int MAX_TOOLS = 128;
    private static final List<String> CHOICES = List.of("auto", "any", "tool", "none");

    private final Cursor at;
    private final List<String> declared = new ArrayList<>();
    private @Nullable String choice;
    private @Nullable String chosen;

    MessageToolsCheck(Cursor at) {
        this.at = at;
    }

    void read() {
        at.beginArray("an array of objects");
        var count = 0;
        while (at.element()) {
            tool();
            count++;
        }
        if (count > MAX_TOOLS) {
            throw Faults.longArray(at.path(), MAX_TOOLS, count);
        }
    }

    private void tool() {
        @Nullable String named = null;
        var schema = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> type();
                case "name" -> named = at.identifier();
                case "description" -> at.string();
                case "input_schema" -> {
                    at.object();
                    schema = true;
                }
                case "strict" -> at.bool();
                case "cache_control" -> at.object();
                default -> at.skip();
            }
        }
        if (named == null) {
            throw Faults.missing(at.path("name"));
        }
        if (!schema) {
            throw Faults.missing(at.path("input_schema"));
        }
        if (declared.contains(named)) {
            throw Faults.at(
                    at.path("name"), "invalid_value", "Invalid '%s': two tools have this name. Each needs its own.");
        }
        declared.add(named);
    }

    private void type() {
        var type = at.text();
        if (!type.equals("custom")) {
            throw Faults.at(
                    at.path(),
                    "unsupported_value",
                    "Unsupported value for '%s': only tools of type 'custom' are served, which the caller runs itself and"
                            + " describes by an 'input_schema'. Tools that Anthropic runs or has built in are not.");
        }
    }

    void choice() {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "type" -> choice = at.oneOf(CHOICES);
                case "name" -> chosen = at.identifier();
                case "disable_parallel_tool_use" -> at.bool();
                default -> at.skip();
            }
        }
        if (choice == null) {
            throw Faults.missing(at.path("type"));
        }
        if (choice.equals("tool") && chosen == null) {
            throw Faults.missing(at.path("name"));
        }
    }

    /** The tools may stand after the choice. */
    void verify() {
        if (choice == null || choice.equals("auto") || choice.equals("none")) {
            return;
        }
        if (declared.isEmpty()) {
            throw Faults.at(
                    "tool_choice",
                    "invalid_value",
                    "'%s' is only allowed when 'tools' are specified. Add the tools, or leave the choice out.");
        }
        if (choice.equals("tool") && !declared.contains(chosen)) {
            throw Faults.at(
                    "tool_choice.name", "invalid_value", "Invalid '%s': there is no tool of this name in 'tools'.");
        }
    }
}
