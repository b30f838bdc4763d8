package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * All that was said before a turn. Nobody changes the trees.
 *
 * @param ancestors ids of the responses that the turn continues, the first one first, the previous one last
 * @param items in order: of each of them its input, then its output
 */
public record History(List<String> ancestors, List<ObjectNode> items) {
    public History {
        ancestors = List.copyOf(ancestors);
        items = List.copyOf(items);
    }
}
