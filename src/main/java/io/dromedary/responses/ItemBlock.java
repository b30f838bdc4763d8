package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.store.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Items that came into a conversation together, without their ids, which the conversation's outline has.
 *
 * @param items null in the place of one that was deleted
 */
record ItemBlock(List<@Nullable ObjectNode> items) {
    /** {@code {"v":1,"items":[{…},null]}} */
    static final Codec<ItemBlock> CODEC = new Codec<>() {
        private final VersionedJson format = new VersionedJson(1);

        @Override
        public String encode(ItemBlock block) {
            var text = format.begin();
            var items = text.putArray("items");
            block.items.forEach(items::add);
            return VersionedJson.text(text);
        }

        @Override
        public ItemBlock decode(String text) {
            var items = new ArrayList<@Nullable ObjectNode>();
            for (var item : format.read(text).path("items")) {
                items.add(item instanceof ObjectNode object ? object : null);
            }
            return new ItemBlock(items);
        }
    };

    @Nullable
    ObjectNode at(int place) {
        return place < items.size() ? items.get(place) : null;
    }

    ItemBlock without(int place) {
        var rest = new ArrayList<@Nullable ObjectNode>(items);
        if (place < rest.size()) {
            rest.set(place, null);
        }
        return new ItemBlock(rest);
    }

    boolean isEmpty() {
        return items.stream().allMatch(Objects::isNull);
    }
}
