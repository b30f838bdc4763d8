package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.MetadataCheck;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that makes or changes a conversation. Null stands for absent, save for the metadata of a change,
 * which it takes away.
 *
 * @param metadata none where none was given
 */
record ConversationRequest(ObjectNode metadata, List<ObjectNode> items) {
    /** How many items come at a time. */
    static final int MOST_ITEMS = 20;

    private static final String METADATA = "metadata";
    private static final String ITEMS = "items";

    /**
     * To make one: {@code metadata} and {@code items}, neither of them needed.
     *
     * @throws RefusedException 400 with {@code param}
     */
    static ConversationRequest create(byte[] body, InputItems reader) {
        return read(body.length == 0 ? new byte[] {'{', '}'} : body, Set.of(METADATA, ITEMS), null, reader);
    }

    /**
     * To change it: {@code metadata}.
     *
     * @throws RefusedException 400 with {@code param}
     */
    static ConversationRequest update(byte[] body, InputItems reader) {
        return read(body, Set.of(METADATA), METADATA, reader);
    }

    /**
     * To add items: {@code items}, 1 to {@value #MOST_ITEMS}.
     *
     * @throws RefusedException 400 with {@code param}
     */
    static ConversationRequest add(byte[] body, InputItems reader) {
        var request = read(body, Set.of(ITEMS), ITEMS, reader);
        if (request.items.isEmpty()) {
            throw Faults.emptyArray(ITEMS);
        }
        return request;
    }

    private static ConversationRequest read(
            byte[] body, Set<String> known, @Nullable String needed, InputItems reader) {
        try (var at = Cursor.open(body)) {
            check(at, known, needed, reader);
            var tree = Json.object(at.body());
            return new ConversationRequest(
                    tree.get(METADATA) instanceof ObjectNode given ? given : JsonNodeFactory.instance.objectNode(),
                    tree.path(ITEMS).isArray() ? reader.whole(tree.path(ITEMS)) : List.of());
        }
    }

    private static void check(Cursor at, Set<String> known, @Nullable String needed, InputItems reader) {
        var missing = needed;
        at.beginObject();
        for (var name = at.name(); name != null; name = at.name()) {
            if (!known.contains(name)) {
                throw Faults.at(at.path(), "unknown_parameter", "Unknown parameter: '%s'.");
            }
            at.value();
            if (name.equals(needed) && (!at.atNull() || name.equals(METADATA))) {
                missing = null;
            }
            if (at.atNull()) {
                continue;
            }
            if (name.equals(METADATA)) {
                MetadataCheck.read(at);
            } else {
                few(reader.check(at));
            }
        }
        at.finish();
        if (missing != null) {
            throw Faults.missing(missing);
        }
    }

    private static void few(int items) {
        if (items > MOST_ITEMS) {
            throw Faults.longArray(ITEMS, MOST_ITEMS, items);
        }
    }
}
