package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model answered, in the terms of a response.
 *
 * @param output its items, each with {@code id} and {@code status}
 * @param incompleteReason {@code max_output_tokens} or {@code content_filter}, or null where neither broke it off
 * @param usage {@code input_tokens} and so on, or null where nobody counted
 * @param model public name of the model that answered, or null where the chat answer does not say
 * @param serviceTier as reported to the caller, or null
 */
public record Answer(
        List<ObjectNode> output,
        @Nullable String incompleteReason,
        @Nullable ObjectNode usage,
        @Nullable String model,
        @Nullable String serviceTier) {
    private static final Answer NONE = new Answer(List.of(), null, null, null, null);

    public Answer {
        output = List.copyOf(output);
    }

    /** Of a call that no model answered. */
    public static Answer none() {
        return NONE;
    }

    /**
     * Of a whole chat completion: the very items that its stream would have made.
     *
     * @param chatCompletion is not changed, and shares nothing with the answer
     * @param ids names the items
     */
    public static Answer of(ObjectNode chatCompletion, ItemIds ids, ResponseRequest request) {
        var arriving = new ArrivingAnswer(request, ids, ItemEvents.NONE, false, 0);
        ChatPiece.ofWhole(chatCompletion).forEach(arriving::add);
        return arriving.ended();
    }

    /** {@code completed} or {@code incomplete}. */
    public String status() {
        return incompleteReason == null ? "completed" : "incomplete";
    }
}
