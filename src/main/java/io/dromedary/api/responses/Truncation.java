package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code truncation: auto}: the oldest items are left out until the rest fits. What one answer consists of goes or stays
 * as a whole, with the outputs of its calls and the reasoning before them. What system and developer say stays, and so does
 * the last turn of the user with everything after it.
 */
public final class Truncation {
    private static final int ID_MEMBER = "\"id\":\"\",".length();

    private Truncation() {}

    /**
     * Leaves out as little as it can.
     *
     * @param items history, then input
     * @param bytesToFit how much JSON the items may take
     * @return those that stay, in their order; the list itself where all fit
     * @throws RefusedException 400 {@code context_length_exceeded} where what must stay does not fit
     */
    public static List<ObjectNode> fit(List<ObjectNode> items, long bytesToFit) {
        var units = units(items);
        var total = units.stream().mapToLong(Unit::bytes).sum();
        if (total <= bytesToFit) {
            return items;
        }
        Set<Integer> gone = new HashSet<>();
        for (var unit : units) {
            if (!unit.stays && total > bytesToFit) {
                total -= unit.bytes;
                gone.addAll(unit.items);
            }
        }
        if (total > bytesToFit) {
            throw RefusedException.badRequest(
                    "input",
                    "The input is too long for the context window of the model, even without everything that"
                            + " truncation may leave out. Shorten the input.",
                    "context_length_exceeded");
        }
        return IntStream.range(0, items.size())
                .filter(i -> !gone.contains(i))
                .mapToObj(items::get)
                .toList();
    }

    /** Items that go or stay together, by their positions. */
    private static final class Unit {
        final List<Integer> items = new ArrayList<>(1);
        boolean stays;
        long bytes;

        long bytes() {
            return bytes;
        }
    }

    /** In the order of their first items. */
    private static List<Unit> units(List<ObjectNode> items) {
        var pairs = CallPairs.of(items);
        var lastTurn = lastTurn(items);
        List<Unit> units = new ArrayList<>();
        var unitOf = new Unit[items.size()];
        @Nullable Unit answer = null;
        for (var i = 0; i < unitOf.length; i++) {
            var item = items.get(i);
            var call = pairs.callOf(i);
            var unit = call >= 0 ? unitOf[call] : answer;
            var said = isOfAnAnswer(item);
            if (unit == null || (call < 0 && !said)) {
                unit = new Unit();
                units.add(unit);
            }
            answer = said ? unit : null;
            unitOf[i] = unit;
            unit.items.add(i);
            unit.bytes += bytes(item);
            unit.stays |= i >= lastTurn || isFixed(item);
        }
        return units;
    }

    /** Without its id, which no model reads. */
    private static int bytes(ObjectNode item) {
        var id = item.path("id").textValue();
        return Json.bytes(item).length - (id == null ? 0 : ID_MEMBER + id.length());
    }

    private static boolean isOfAnAnswer(ObjectNode item) {
        return ItemType.isCall(item)
                || ItemType.of(item).equals(ItemType.REASONING)
                // of hosted tools: providers refuse what they have made where a part of it is missing
                || !ItemType.ALL.contains(ItemType.of(item))
                || ItemType.isMessageOf(item, "assistant");
    }

    private static boolean isFixed(ObjectNode item) {
        return ItemType.of(item).equals(ItemType.COMPACTION) || ItemType.isMessageOf(item, "system", "developer");
    }

    /** Where the last messages of the user begin that follow one another; the last item where the user said nothing. */
    private static int lastTurn(List<ObjectNode> items) {
        var start = items.size() - 1;
        while (start >= 0 && !ItemType.isMessageOf(items.get(start), "user")) {
            start--;
        }
        if (start < 0) {
            return items.size() - 1;
        }
        while (start > 0 && ItemType.isMessageOf(items.get(start - 1), "user")) {
            start--;
        }
        return start;
    }
}
