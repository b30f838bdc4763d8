package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * How a Claude is asked to think for a {@code reasoning_effort}.
 *
 * @param thinking the member {@code thinking}, or null where nothing is said of it
 * @param effort of {@code output_config}, or null
 * @param honoured it is what was asked for
 */
public record Thinking(
        @Nullable ObjectNode thinking, @Nullable String effort, boolean honoured) {
    private static final int LEAST = 1_024;
    private static final int MOST = 32_000;

    /**
     * For what a request asks. There is no thinking while a call is forced, nor, with a budget, in a loop of tools that was
     * begun without.
     *
     * @param effort {@code none} to {@code xhigh}, as chat has it; empty where nothing is said
     * @param maxTokens of the whole answer
     */
    public static Thinking of(Claude model, String effort, int maxTokens, ChosenTools tools, Turns turns) {
        var possible = !tools.forced() && (turns.thoughtBeforeCalls() || model.thinking() == Claude.Thinking.ADAPTIVE);
        return of(model, effort, maxTokens, possible);
    }

    static Thinking of(Claude model, String effort, int maxTokens, boolean possible) {
        return switch (effort) {
            case "" -> unasked(model, possible);
            case "none" -> off(model, true);
            default ->
                switch (model.thinking()) {
                    case NONE -> off(model, false);
                    case BUDGET -> budget(model, effort, maxTokens, possible);
                    case ADAPTIVE -> adaptive(model, effort, possible);
                };
        };
    }

    /** Where the caller says nothing of it. */
    private static Thinking unasked(Claude model, boolean possible) {
        return model.thinksUnasked() && !possible ? off(model, true) : new Thinking(null, null, true);
    }

    /** The model is made to think. */
    public boolean on() {
        return thinking != null && !thinking.path("type").asText().equals("disabled");
    }

    /** Without it, by being told so where need be. */
    private static Thinking off(Claude model, boolean honoured) {
        return new Thinking(model.thinksUnasked() ? type("disabled") : null, null, honoured);
    }

    private static Thinking budget(Claude model, String effort, int maxTokens, boolean possible) {
        var budget = Math.min(MOST, Math.max(LEAST, (int) (maxTokens * share(effort))));
        if (!possible || budget >= maxTokens) {
            return off(model, false);
        }
        return new Thinking(type("enabled").put("budget_tokens", budget), null, true);
    }

    private static double share(String effort) {
        return switch (effort) {
            case "minimal" -> 0.1;
            case "low" -> 0.2;
            case "high" -> 0.8;
            case "xhigh", "max" -> 0.95;
            default -> 0.5;
        };
    }

    private static Thinking adaptive(Claude model, String effort, boolean possible) {
        var word = switch (effort) {
            case "minimal", "low" -> "low";
            case "high" -> "high";
            case "xhigh" -> model.extraEffort() ? "xhigh" : "high";
            case "max" -> "max";
            default -> "medium";
        };
        if (!possible) {
            return new Thinking(off(model, false).thinking(), word, false);
        }
        var thinking = type("adaptive");
        if (model.extraEffort()) {
            // what they think is left out of their answers unless it is asked for
            thinking.put("display", "summarized");
        }
        return new Thinking(thinking, word, true);
    }

    private static ObjectNode type(String type) {
        return Json.MAPPER.createObjectNode().put("type", type);
    }
}
