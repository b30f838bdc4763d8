package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An object whose members come in pieces, in the order in which they first came. Null is as good as absent. */
final class MergedObject implements Merged {
    private final Map<String, Merged> members = new LinkedHashMap<>();

    @Override
    public boolean add(JsonNode piece) {
        if (!piece.isObject()) {
            return false;
        }
        for (var member : piece.properties()) {
            if (!member.getValue().isNull()) {
                add(member.getKey(), member.getValue());
            }
        }
        return true;
    }

    private void add(String name, JsonNode piece) {
        var merged = members.get(name);
        if (merged != null && merged.add(piece)) {
            return;
        }
        var other = Merged.of(name, piece);
        if (merged instanceof MergedText text && other instanceof MergedList list) {
            list.add(text.whole());
        }
        other.add(piece);
        members.put(name, other);
    }

    Map<String, Merged> members() {
        return Collections.unmodifiableMap(members);
    }

    /** A member that is text, empty where it is absent. */
    String text(String name) {
        return members.get(name) instanceof MergedText text ? text.toString() : "";
    }

    @Override
    public ObjectNode whole() {
        var object = ChunkTree.NODES.objectNode();
        members.forEach((name, merged) -> object.set(name, merged.whole()));
        return object;
    }

    @Override
    public boolean comparable() {
        return members.values().stream().allMatch(Merged::comparable);
    }
}
