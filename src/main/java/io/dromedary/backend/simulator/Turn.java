package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the simulator does with a conversation. */
sealed interface Turn {
    /** Says something. */
    record Say(String text) implements Turn {}

    /** Calls a tool, with the user's text where an argument is a string. */
    record Call(Tool tool, String text) implements Turn {}

    /** Fails as it was told to. */
    record Fail(int status) implements Turn {}

    Pattern FAIL = Pattern.compile("\\s*fail:([45]\\d\\d)\\s*");
    Pattern SAY = Pattern.compile("(?:^|\\s)say:\\s*");

    /** The rules of {@link Simulator}, in their order. */
    static Turn of(JsonNode request, Conversation conversation) {
        if (conversation.endsWithToolResult()) {
            return new Say(conversation.toolResults());
        }
        var text = conversation.userText();
        var fail = FAIL.matcher(text);
        if (fail.matches()) {
            return new Fail(Integer.parseInt(fail.group(1)));
        }
        var say = SAY.matcher(text);
        var told = say.find();
        var tool = tool(request, told);
        if (tool != null) {
            return new Call(tool, text);
        }
        return new Say(told ? text.substring(say.end()) : text);
    }

    private static @Nullable Tool tool(JsonNode request, boolean told) {
        var tools = request.path("tools");
        var choice = request.path("tool_choice");
        if (choice.isObject()) {
            return named(tools, choice, told);
        }
        return switch (choice.asText("auto")) {
            case "none" -> null;
            case "required" -> first(tools);
            default -> told ? null : first(tools);
        };
    }

    private static @Nullable Tool named(JsonNode tools, JsonNode choice, boolean told) {
        var type = choice.path("type").asText();
        if (!type.equals("allowed_tools")) {
            return Tool.named(choice.path(type).path("name").asText(), tools);
        }
        var allowed = choice.path(type);
        if (told && !allowed.path("mode").asText().equals("required")) {
            return null;
        }
        var first = allowed.path("tools").path(0);
        return Tool.named(first.path(first.path("type").asText()).path("name").asText(), tools);
    }

    private static @Nullable Tool first(JsonNode tools) {
        return tools.isEmpty() ? null : Tool.of(tools.path(0));
    }
}
