package io.dromedary.api.messages;

/** Why an answer ended, in the words of the Messages API. */
final class StopReason {
    private StopReason() {}

    /**
     * The word.
     *
     * @param finishReason of chat, or empty
     * @param calls the answer calls tools: some backends then say nothing but that it ended
     * @param stopped it ended at a stop sequence
     */
    static String of(String finishReason, boolean calls, boolean stopped) {
        return switch (finishReason) {
            case "length" -> "max_tokens";
            case "content_filter" -> "refusal";
            case "tool_calls", "function_call" -> "tool_use";
            default -> calls ? "tool_use" : stopped ? "stop_sequence" : "end_turn";
        };
    }
}
