package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tool calls of one message, told apart by the index that each of their pieces has. */
final class MergedCalls implements Merged {
    private final SortedMap<Long, MergedObject> calls = new TreeMap<>();

    @Override
    public boolean add(JsonNode piece) {
        if (!piece.isArray()) {
            return false;
        }
        for (var i = 0; i < piece.size(); i++) {
            if (piece.get(i) instanceof ObjectNode call) {
                var index = ChunkTree.integer(call.path("index"), i);
                call.remove("index");
                calls.computeIfAbsent(index, any -> new MergedObject()).add(call);
            }
        }
        return true;
    }

    SortedMap<Long, MergedObject> byIndex() {
        return Collections.unmodifiableSortedMap(calls);
    }

    @Override
    public ArrayNode whole() {
        var list = ChunkTree.NODES.arrayNode();
        for (var call : calls.values()) {
            var whole = call.whole();
            if (whole.path("function") instanceof ObjectNode function) {
                whole.putIfAbsent("type", ChunkTree.NODES.textNode("function"));
                function.putIfAbsent("arguments", ChunkTree.NODES.textNode("{}"));
            }
            list.add(whole);
        }
        return list;
    }

    @Override
    public boolean comparable() {
        return calls.values().stream().allMatch(Merged::comparable);
    }
}
