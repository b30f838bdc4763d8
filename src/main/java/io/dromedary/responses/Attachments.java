package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Puts files into items that name them by their ids, for backends, which do not know those ids. */
@FunctionalInterface
public interface Attachments {
    /**
     * Items with their files in them.
     *
     * @param items history, then input; not changed, for they are kept as they came
     * @param earlier how many of them are history
     * @return fails with {@link io.dromedary.api.error.RefusedException}: 404 for a file that is not there for this
     *     project, 400 for too much of it
     */
    CompletionStage<List<ObjectNode>> in(String project, List<ObjectNode> items, int earlier);
}
