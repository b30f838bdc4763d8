package io.dromedary.jobs.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Usage;

/**
 * What became of lines.
 *
 * @param completed lines with an answer
 * @param failed lines with an error in the place of one
 * @param usage tokens of all answers together
 * @param seconds of all recordings that were not counted in tokens
 */
record Counts(int completed, int failed, Usage usage, long seconds) {
    static final Counts NONE = new Counts(0, 0, new Usage(0, 0), 0);

    Counts answered(Usage more, long longer) {
        return new Counts(completed + 1, failed, usage.plus(more), seconds + longer);
    }

    Counts refused() {
        return new Counts(completed, failed + 1, usage, seconds);
    }

    /** {@code request_counts}. */
    ObjectNode shown(int total) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("total", total)
                .put("completed", completed)
                .put("failed", failed);
    }

    /** {@code usage}, as responses have it, or as transcripts have it that count by the length of the recording. */
    ObjectNode shownUsage() {
        if (seconds > 0 && usage.total() == 0) {
            return JsonNodeFactory.instance.objectNode().put("type", "duration").put("seconds", seconds);
        }
        var shown = JsonNodeFactory.instance.objectNode().put("input_tokens", usage.prompt());
        shown.putObject("input_tokens_details").put("cached_tokens", usage.cached());
        shown.put("output_tokens", usage.completion());
        shown.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return shown.put("total_tokens", usage.total());
    }
}
