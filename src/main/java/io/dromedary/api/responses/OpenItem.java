package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.JsonText;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An item of an answer that is still coming. */
abstract sealed class OpenItem permits OpenCall, OpenHosted, OpenMessage, OpenReasoning {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What {@code status} says. */
    enum Status {
        IN_PROGRESS,
        COMPLETED,
        /** Broken off: it is the last one. */
        INCOMPLETE;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    private final String type;
    private final String id;
    private final ItemEvents events;
    private int index = -1;
    private String place = "";
    private @Nullable ObjectNode whole;

    OpenItem(String type, String id, ItemEvents events) {
        this.type = type;
        this.id = id;
        this.events = events;
    }

    /** Becomes the next of the output. */
    final void begin(int next) {
        index = next;
        place = ",\"item_id\":" + JsonText.quote(id) + ",\"output_index\":" + next;
        events.item("response.output_item.added", index, tree(Status.IN_PROGRESS));
    }

    /** Is in the output. */
    final boolean begun() {
        return index >= 0;
    }

    /** Closes what is open in it, and then the item; does nothing where that was done. */
    final void close(Status status) {
        if (whole == null) {
            closeParts(status);
            whole = tree(status);
            events.item("response.output_item.done", index, whole);
        }
    }

    /** As it was closed. */
    final ObjectNode whole() {
        if (whole == null) {
            throw new IllegalStateException("item " + index + " is open");
        }
        return whole;
    }

    /** All of it as it is now. */
    ObjectNode tree(Status status) {
        var tree = NODES.objectNode().put("id", id).put("type", type).put("status", status.word);
        describe(tree);
        return tree;
    }

    abstract void closeParts(Status status);

    /** Adds to it what the item holds so far. */
    abstract void describe(ObjectNode tree);

    final String id() {
        return id;
    }

    final ItemEvents events() {
        return events;
    }

    /** Members that name the item in an event. */
    final String place() {
        return place;
    }
}
