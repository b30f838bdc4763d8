package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What the simulator reads in {@code messages}. Parts that are not text are described in words, e.g. {@code [image]}.
 *
 * @param endsWithToolResult the last message is a tool's result
 * @param toolResults the tools' results that stand at the end, one per line
 * @param userText the text of the user's last message; of the last message when there is none of the user's
 * @param tokens of every message together
 */
record Conversation(boolean endsWithToolResult, String toolResults, String userText, int tokens) {
    /** @param messages the list, or a bare string for one message of the user's */
    static Conversation of(JsonNode messages) {
        if (messages.isTextual()) {
            return new Conversation(false, "", messages.textValue(), Tokens.count(messages.textValue()));
        }
        var results = new StringBuilder();
        var endsWithToolResult = false;
        var userText = "";
        var fromUser = false;
        var tokens = 0;
        for (var message : messages) {
            var text = text(message.path("content"));
            tokens += Tokens.count(text);
            var role = message.path("role").asText();
            if (role.equals("tool") || role.equals("function")) {
                results.append(endsWithToolResult ? "\n" : "").append(text);
                endsWithToolResult = true;
                continue;
            }
            endsWithToolResult = false;
            results.setLength(0);
            if (role.equals("user") || !fromUser) {
                userText = text;
                fromUser |= role.equals("user");
            }
        }
        return new Conversation(endsWithToolResult, results.toString(), userText, tokens);
    }

    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        return StreamSupport.stream(content.spliterator(), false)
                .map(Conversation::part)
                .collect(Collectors.joining(" "));
    }

    private static String part(JsonNode part) {
        var type = part.path("type").asText();
        return switch (type) {
            case "text", "refusal" -> part.path(type).asText();
            case "image_url" -> "[image]";
            case "input_audio" -> "[audio]";
            default -> "[" + type + "]";
        };
    }
}
