package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.util.HashMap;
import java.util.List;

/** Lists of items as clients page through them: {@code {object, data, has_more, first_id, last_id}}. */
public final class ItemPages {
    /** Ids of one page, in its order. */
    record Slice(List<String> ids, boolean hasMore) {}

    private ItemPages() {}

    /**
     * One page.
     *
     * @param items all there are, the oldest first, each with an {@code id}
     * @throws RefusedException 400 {@code after} where no item has that id
     */
    public static ObjectNode page(List<ObjectNode> items, PageRequest wanted) {
        var byId = new HashMap<String, ObjectNode>();
        items.forEach(item -> byId.put(id(item), item));
        var slice = slice(items.stream().map(ItemPages::id).toList(), wanted);
        return list(slice.ids().stream().map(byId::get).toList(), slice.hasMore());
    }

    /** A page of these. The ids of an empty one are empty: clients do not take null there. */
    public static ObjectNode list(List<ObjectNode> items, boolean hasMore) {
        var list = JsonNodeFactory.instance.objectNode().put("object", "list");
        list.putArray("data").addAll(items);
        return list.put("has_more", hasMore)
                .put("first_id", items.isEmpty() ? "" : id(items.getFirst()))
                .put("last_id", items.isEmpty() ? "" : id(items.getLast()));
    }

    /**
     * Which of the ids, the oldest first, are on the page.
     *
     * @throws RefusedException 400 {@code after} where it is none of them
     */
    static Slice slice(List<String> ids, PageRequest wanted) {
        var ordered = wanted.newestFirst() ? ids.reversed() : ids;
        var from = 0;
        if (wanted.after() != null) {
            from = ordered.indexOf(wanted.after()) + 1;
            if (from == 0) {
                throw Faults.at("after", "invalid_value", "Invalid '%s': there is no item of that id in this list.");
            }
        }
        var to = Math.min(ordered.size(), from + wanted.limit());
        return new Slice(List.copyOf(ordered.subList(from, to)), to < ordered.size());
    }

    private static String id(ObjectNode item) {
        return item.path("id").asText();
    }
}
