package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.Values;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request may ask of a provider's own Responses API and of no chat backend: tools that the provider runs itself,
 * and the items that come of them. This is the only place that knows them; whether they are refused is decided where it is
 * known who serves the model.
 */
public final class ChatOnly {
    private static final Set<String> HOSTED_TOOLS = Set.of(
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

    private static final Set<String> HOSTED_ITEMS = Set.of(
            "web_search_call",
            "file_search_call",
            "computer_call",
            "computer_call_output",
            "mcp_list_tools",
            "mcp_approval_request",
            "mcp_approval_response",
            "mcp_call",
            "code_interpreter_call",
            "program",
            "program_output",
            "image_generation_call",
            "local_shell_call",
            "local_shell_call_output",
            "shell_call",
            "shell_call_output",
            "apply_patch_call",
            "apply_patch_call_output",
            "tool_search_call",
            "tool_search_output",
            "additional_tools");

    private @Nullable Refusal found;

    private ChatOnly() {}

    /**
     * Looks through a request that is sound but for that.
     *
     * @return 400 with the path of the first type that no chat backend has, or null where they have all
     * @throws RefusedException 400 with the path of a type that nobody has
     */
    static @Nullable Refusal find(JsonNode request) {
        var look = new ChatOnly();
        look.types(request.path("input"), "input", ItemType.ALL, HOSTED_ITEMS);
        look.types(request.path("tools"), "tools", Values.TOOL_TYPES, HOSTED_TOOLS);
        var choice = request.path("tool_choice");
        if (choice.isObject()) {
            look.type(choice, "tool_choice", Values.TOOL_CHOICE_TYPES, HOSTED_TOOLS);
            look.types(choice.path("tools"), "tool_choice.tools", Values.TOOL_TYPES, HOSTED_TOOLS);
        }
        return look.found;
    }

    /**
     * Looks through items alone, such as those that are put into a conversation. Those of hosted tools are taken: who will
     * serve the models that they are shown to is not known.
     *
     * @param items a list; anything else is left alone
     * @param path where it stands
     * @throws RefusedException 400 with the path of a type that nobody has
     */
    public static void items(JsonNode items, String path) {
        new ChatOnly().types(items, path, ItemType.ALL, HOSTED_ITEMS);
    }

    private void types(JsonNode list, String path, List<String> known, Set<String> hosted) {
        if (!list.isArray()) {
            return;
        }
        for (var i = 0; i < list.size(); i++) {
            if (isOther(list.path(i), known)) {
                type(list.path(i), path + "[" + i + "]", known, hosted);
            }
        }
    }

    private void type(JsonNode typed, String path, List<String> known, Set<String> hosted) {
        if (!isOther(typed, known)) {
            return;
        }
        var type = typed.path("type").asText();
        var fault = HOSTED_TOOLS.contains(type)
                ? Faults.at(
                        path + ".type",
                        "unsupported_value",
                        "Unsupported value for '%s': '" + type
                                + "' is a tool that a provider runs itself, and no backend here has"
                                + " it. Offer a function instead, or leave it out.")
                : Faults.unsupported(path + ".type", type, known);
        if (!hosted.contains(type)) {
            throw fault;
        }
        if (found == null) {
            found = fault.refusal();
        }
    }

    private static boolean isOther(JsonNode typed, List<String> known) {
        var type = typed.path("type");
        return type.isTextual() && !known.contains(type.textValue());
    }
}
