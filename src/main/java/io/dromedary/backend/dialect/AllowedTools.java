package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.json.Members;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tool_choice} of {@code allowed_tools}, for backends that have no choice among some of the tools: they are sent
 * those alone.
 */
final class AllowedTools {
    private static final String REQUIRED = "required";

    private AllowedTools() {}

    /**
     * Looks whether the mode of the choice can be obeyed.
     *
     * @throws RefusedException 400 where one of the tools has to be called and nothing can make the backend do so
     */
    static void check(ChatRequest request, RawValue choice, Set<String> obeyed) {
        if (mode(choice.tree()).equals(REQUIRED) && !obeyed.contains(REQUIRED)) {
            throw RefusedException.badRequest(
                    "tool_choice",
                    "The model " + request.model() + " cannot be made to call a tool on the backend that serves it."
                            + " Use the mode \"auto\", or another model.");
        }
    }

    /** Leaves the allowed tools, under the choice's mode, where there is such a choice. */
    static void narrow(@Nullable RawValue tools, @Nullable RawValue choice, Members.Edits edits) {
        if (tools == null || choice == null || !choice.string("type").equals("allowed_tools")) {
            return;
        }
        var chosen = choice.tree();
        var names = new HashSet<String>();
        chosen.path("allowed_tools").path("tools").forEach(tool -> names.add(name(tool)));
        var left = Json.MAPPER.createArrayNode();
        tools.tree().forEach(tool -> {
            if (names.contains(name(tool))) {
                left.add(tool);
            }
        });
        edits.set("tools", Json.bytes(left));
        if (mode(chosen).equals(REQUIRED)) {
            edits.set("tool_choice", JsonText.quote(REQUIRED));
        } else {
            edits.remove("tool_choice");
        }
    }

    private static String mode(JsonNode choice) {
        return choice.path("allowed_tools").path("mode").asText();
    }

    private static String name(JsonNode tool) {
        return tool.path(tool.path("type").asText()).path("name").asText();
    }
}
