package io.dromedary.api.messages;

import java.util.Map;
import java.util.regex.Pattern;

/** Members of chat requests by the names that they have in the Messages API. */
final class MessagesNames {
    private static final Map<String, String> NAMES = Map.of(
            "max_completion_tokens", "max_tokens",
            "max_tokens", "max_tokens",
            "stop", "stop_sequences",
            "response_format", "output_config.format",
            "reasoning_effort", "output_config.effort",
            "parallel_tool_calls", "tool_choice.disable_parallel_tool_use",
            "user", "metadata.user_id");

    private static final Pattern TOOL = Pattern.compile("(tools\\[\\d+])\\.function(?:\\.(.*))?");

    private MessagesNames() {}

    /** Places within messages are not told apart, for one message of chat is made of several blocks, or of a part of one. */
    static String asked(String chat) {
        var tool = TOOL.matcher(chat);
        if (tool.matches()) {
            var rest = tool.group(2);
            return rest == null
                    ? tool.group(1)
                    : tool.group(1) + "." + rest.replaceFirst("^parameters", "input_schema");
        }
        var end = 0;
        while (end < chat.length() && chat.charAt(end) != '.' && chat.charAt(end) != '[') {
            end++;
        }
        var member = chat.substring(0, end);
        return member.equals("messages") ? member : NAMES.getOrDefault(member, member) + chat.substring(end);
    }
}
