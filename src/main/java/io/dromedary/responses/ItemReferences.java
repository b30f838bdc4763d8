package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds the item that an {@code item_reference} stands for. */
@FunctionalInterface
public interface ItemReferences {
    /** Null where no item of this project has that id. */
    CompletionStage<@Nullable ObjectNode> find(String project, String item);
}
