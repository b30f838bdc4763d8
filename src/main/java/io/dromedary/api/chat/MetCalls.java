package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tool calls of which some were sent. The other answer's first call is held against the first that was sent, and so on;
 * the indexes of those that follow go on from there without a gap.
 */
final class MetCalls implements Met {
    private final List<Long> indexes;
    private final List<MetObject> calls = new ArrayList<>();
    private final Map<Long, Integer> ordinals = new HashMap<>();

    MetCalls(MergedCalls sent) {
        indexes = List.copyOf(sent.byIndex().keySet());
        sent.byIndex().values().forEach(call -> calls.add(new MetObject(call)));
    }

    @Override
    public @Nullable JsonNode rest(JsonNode piece) {
        if (!(piece instanceof ArrayNode list)) {
            return complete() ? piece : null;
        }
        var rests = ChunkTree.NODES.arrayNode();
        for (var i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof ObjectNode call)) {
                continue;
            }
            var index = ChunkTree.integer(call.path("index"), i);
            var ordinal = ordinals.computeIfAbsent(index, any -> ordinals.size());
            var sent = ordinal < calls.size();
            call.remove("index");
            var rest = sent ? calls.get(ordinal).rest(call) : call;
            if (rest == null) {
                return null;
            }
            if (rest instanceof ObjectNode more) {
                rests.add(ChunkTree.NODES
                        .objectNode()
                        .put("index", joinedIndex(ordinal))
                        .setAll(more));
            }
        }
        return rests.isEmpty() ? NOTHING : rests;
    }

    private long joinedIndex(int ordinal) {
        if (ordinal < indexes.size()) {
            return indexes.get(ordinal);
        }
        return indexes.isEmpty() ? ordinal : indexes.getLast() + 1 + ordinal - indexes.size();
    }

    @Override
    public boolean complete() {
        return ordinals.size() >= calls.size() && calls.stream().allMatch(MetObject::complete);
    }
}
