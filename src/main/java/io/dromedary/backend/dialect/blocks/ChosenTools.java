package io.dromedary.backend.dialect.blocks;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which tools a request lets the model call, and whether it has to.
 *
 * @param tools that are offered
 * @param mode of the choice
 * @param name of the tool that has to be called, empty unless the mode is {@link Mode#ONE}
 * @param parallel several may be called at a time
 * @param answer the format that is answered through a tool beside the others, or null
 */
public record ChosenTools(
        List<Tool> tools,
        Mode mode,
        String name,
        boolean parallel,
        @Nullable AnswerFormat answer) {
    /** Modes of choice. */
    public enum Mode {
        UNSAID,
        AUTO,
        NONE,
        ANY,
        ONE
    }

    /**
     * A declared tool.
     *
     * @param json as the caller has it
     * @param param where it stands in the request
     */
    public record Tool(JsonNode json, String param) {}

    /**
     * Of a request that has been read and found sound.
     *
     * @param body of the request
     * @param answer the format that has to be answered through a tool, or null
     */
    public static ChosenTools of(JsonNode body, @Nullable AnswerFormat answer) {
        var declared = body.path("tools");
        var tools = new ArrayList<Tool>(declared.size());
        for (var i = 0; i < declared.size(); i++) {
            tools.add(new Tool(declared.path(i), "tools[" + i + "]"));
        }
        var parallel = body.path("parallel_tool_calls").asBoolean(true);
        var choice = body.path("tool_choice");
        var chosen =
                tools.isEmpty() ? new ChosenTools(tools, Mode.UNSAID, "", true, null) : chosen(tools, choice, parallel);
        return answer == null ? chosen : chosen.answering(answer);
    }

    private static ChosenTools chosen(List<Tool> tools, JsonNode choice, boolean parallel) {
        if (choice.isTextual()) {
            return new ChosenTools(tools, mode(choice.textValue()), "", parallel, null);
        }
        if (text(choice, "type").equals("allowed_tools")) {
            var allowed = new HashSet<String>();
            choice.path("allowed_tools")
                    .path("tools")
                    .forEach(tool -> allowed.add(text(tool.path("function"), "name")));
            var left = tools.stream()
                    .filter(tool -> allowed.contains(text(tool.json().path("function"), "name")))
                    .toList();
            return new ChosenTools(left, mode(text(choice.path("allowed_tools"), "mode")), "", parallel, null);
        }
        var name = text(choice.path("function"), "name");
        return new ChosenTools(tools, name.isEmpty() ? Mode.UNSAID : Mode.ONE, name, parallel, null);
    }

    private static Mode mode(String word) {
        return switch (word) {
            case "none" -> Mode.NONE;
            case "required" -> Mode.ANY;
            default -> Mode.AUTO;
        };
    }

    /** The tool that stands for the answer beside the others: one of them has to be called, and that one where no other may. */
    private ChosenTools answering(AnswerFormat format) {
        return switch (mode) {
            case NONE -> new ChosenTools(List.of(), Mode.ONE, AnswerFormat.TOOL, parallel, format);
            case UNSAID, AUTO ->
                tools.isEmpty()
                        ? new ChosenTools(tools, Mode.ONE, AnswerFormat.TOOL, parallel, format)
                        : new ChosenTools(tools, Mode.ANY, "", parallel, format);
            // a call is wanted before the answer
            case ANY, ONE -> this;
        };
    }

    /** Nothing is offered. */
    public boolean isEmpty() {
        return tools.isEmpty() && answer == null;
    }

    /** The model is not free to answer without a call. */
    public boolean forced() {
        return mode == Mode.ANY || mode == Mode.ONE;
    }
}
