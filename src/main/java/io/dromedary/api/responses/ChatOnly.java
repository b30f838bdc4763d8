package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.Values;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.util.List;
import java.util.Set;

/**
 * What a request may ask of a provider's own Responses API and of no chat backend: tools that the provider runs itself,
 * and the items that come of them. This is the only place that refuses them, so that a backend which has them needs no
 * more than another answer here.
 */
public final class ChatOnly {
    private static final Set<String> HOSTED = Set.of(
            "web_search",
            "web_search_2025_08_26",
            "web_search_preview",
            "web_search_preview_2025_03_11",
            "file_search",
            "computer",
            "computer_use",
            "computer_use_preview",
            "mcp",
            "code_interpreter",
            "programmatic_tool_calling",
            "image_generation",
            "local_shell",
            "shell",
            "apply_patch",
            "namespace",
            "tool_search");

    private ChatOnly() {}

    /**
     * Looks through a request that is sound but for that.
     *
     * @throws RefusedException 400 with the path of the type that no chat backend has
     */
    static void check(JsonNode request) {
        items(request.path("input"), "input");
        types(request.path("tools"), "tools", Values.TOOL_TYPES);
        var choice = request.path("tool_choice");
        if (choice.isObject()) {
            type(choice, "tool_choice", Values.TOOL_CHOICE_TYPES);
            types(choice.path("tools"), "tool_choice.tools", Values.TOOL_TYPES);
        }
    }

    /**
     * Looks through items alone, such as those that are put into a conversation.
     *
     * @param items a list; anything else is left alone
     * @param path where it stands
     */
    public static void items(JsonNode items, String path) {
        types(items, path, ItemType.ALL);
    }

    private static void types(JsonNode list, String path, List<String> known) {
        if (!list.isArray()) {
            return;
        }
        for (var i = 0; i < list.size(); i++) {
            if (isOther(list.path(i), known)) {
                type(list.path(i), path + "[" + i + "]", known);
            }
        }
    }

    private static void type(JsonNode typed, String path, List<String> known) {
        if (!isOther(typed, known)) {
            return;
        }
        var type = typed.path("type").asText();
        if (!HOSTED.contains(type)) {
            throw Faults.unsupported(path + ".type", type, known);
        }
        throw Faults.at(
                path + ".type",
                "unsupported_value",
                "Unsupported value for '%s': '" + type
                        + "' is a tool that a provider runs itself, and no backend here has"
                        + " it. Offer a function instead, or leave it out.");
    }

    private static boolean isOther(JsonNode typed, List<String> known) {
        var type = typed.path("type");
        return type.isTextual() && !known.contains(type.textValue());
    }
}
