package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of which something was sent. Members of which nothing was are left as they are. */
final class MetObject implements Met {
    private final Map<String, Met> members = new LinkedHashMap<>();

    /** Of which nothing was sent. */
    MetObject() {}

    MetObject(MergedObject sent) {
        sent.members().forEach((name, member) -> {
            // an empty list was as good as none
            if (!(member instanceof MergedList)) {
                members.put(name, Met.of(member, name));
            }
        });
    }

    /** Leaves a member of the other answer as it is. */
    void forget(String name) {
        members.remove(name);
    }

    /** Watches over a member as if this was what was sent of it. */
    void expect(String name, Met member) {
        members.putIfAbsent(name, member);
    }

    @Override
    public @Nullable JsonNode rest(JsonNode piece) {
        if (!(piece instanceof ObjectNode object)) {
            return complete() ? piece : null;
        }
        for (var pieces = object.properties().iterator(); pieces.hasNext(); ) {
            var next = pieces.next();
            var met = members.get(next.getKey());
            if (met == null || next.getValue().isNull()) {
                continue;
            }
            var rest = met.rest(next.getValue());
            if (rest == null) {
                return null;
            }
            if (rest.isMissingNode()) {
                pieces.remove();
            } else {
                next.setValue(rest);
            }
        }
        return ChunkTree.saysNothing(object) ? NOTHING : object;
    }

    @Override
    public boolean complete() {
        for (var member : members.values()) {
            if (!member.complete()) {
                return false;
            }
        }
        return true;
    }
}
