package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which output answers which call: the latest before it that has its {@code call_id} and is of its kind. */
final class CallPairs {
    private final Map<String, Integer> calls = new HashMap<>();
    private final Map<Integer, List<Integer>> outputs = new HashMap<>();
    private final List<Integer> callOf = new ArrayList<>();

    private CallPairs() {}

    static CallPairs of(List<ObjectNode> items) {
        var pairs = new CallPairs();
        items.forEach(pairs::add);
        return pairs;
    }

    /** Position of the call that an output answers; -1 where there is none, or the item is no output. */
    int callOf(int item) {
        return callOf.get(item);
    }

    /** Positions of all outputs of a call, in their order. */
    List<Integer> outputsOf(int call) {
        return outputs.getOrDefault(call, List.of());
    }

    private void add(ObjectNode item) {
        var position = callOf.size();
        var call = -1;
        if (ItemType.isCall(item)) {
            calls.put(key(item), position);
        } else if (ItemType.isOutput(item)) {
            call = calls.getOrDefault(key(item), -1);
            if (call >= 0) {
                outputs.computeIfAbsent(call, none -> new ArrayList<>(1)).add(position);
            }
        }
        callOf.add(call);
    }

    private static String key(ObjectNode item) {
        var kind = ItemType.of(item).startsWith(ItemType.CUSTOM_CALL) ? "c" : "f";
        return kind + item.path("call_id").asText();
    }
}
