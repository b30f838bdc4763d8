package io.dromedary.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.responses.ItemIds;
import io.dromedary.store.Codec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a conversation is, and which items it has in which order. It is one entry on a shelf: whoever changes it compares,
 * and so all changes, by whichever gateway, have one order. The items themselves are in blocks that its parts name.
 *
 * @param createdAt epoch seconds
 * @param changes how often it was changed; no two versions have the same text
 * @param named how many items it has given an id to
 */
record Outline(String project, long createdAt, ObjectNode metadata, long changes, int named, List<Part> parts) {
    /**
     * The ids of one block's items.
     *
     * @param block the block's key
     * @param freshAt when the block was put or its life renewed, epoch milliseconds
     * @param turn the response that the items came from, or null
     * @param ids null in the place of an item that was deleted
     */
    record Part(String block, long freshAt, @Nullable String turn, List<@Nullable String> ids) {
        Stream<String> there() {
            return ids.stream().filter(Objects::nonNull).map(Objects::requireNonNull);
        }

        private Part fresh(long now) {
            return new Part(block, now, turn, ids);
        }

        private Part without(String id) {
            var rest = new ArrayList<@Nullable String>(ids);
            rest.replaceAll(each -> id.equals(each) ? null : each);
            return new Part(block, freshAt, turn, rest);
        }
    }

    /** Where an item is. */
    record Place(String block, int at) {}

    private static final VersionedJson FORMAT = new VersionedJson(1);

    /**
     * {@code {"v":1,"project":"acme","created_at":1767225600,"metadata":{},"changes":1,"named":2,"parts":[{"block":"…",
     * "fresh_at":1767225600000,"turn":"resp_…","ids":["msg_…",null]}]}}
     */
    static final Codec<Outline> CODEC = new Codec<>() {
        @Override
        public String encode(Outline outline) {
            return outline.text();
        }

        @Override
        public Outline decode(String text) {
            return of(text);
        }
    };

    static Outline begun(String project, long createdAt, ObjectNode metadata) {
        return new Outline(project, createdAt, metadata, 0, 0, List.of());
    }

    /** The ids of all items, the oldest first. */
    List<String> ids() {
        return parts.stream().flatMap(Part::there).toList();
    }

    List<String> blocks() {
        return parts.stream().map(Part::block).toList();
    }

    @Nullable
    Place place(String id) {
        for (var part : parts) {
            var at = part.ids.indexOf(id);
            if (at >= 0) {
                return new Place(part.block, at);
            }
        }
        return null;
    }

    /** Where each item is, the oldest first. */
    Map<String, Place> places() {
        var places = new LinkedHashMap<String, Place>();
        for (var part : parts) {
            for (var at = 0; at < part.ids.size(); at++) {
                var id = part.ids.get(at);
                if (id != null) {
                    places.put(id, new Place(part.block, at));
                }
            }
        }
        return places;
    }

    boolean hasTurn(String response) {
        return parts.stream().anyMatch(part -> response.equals(part.turn));
    }

    Outline with(ObjectNode other) {
        return new Outline(project, createdAt, other, changes + 1, named, parts);
    }

    /**
     * With more items at its end. Those have the ids that they bring, where nobody else in here has the same one, and get
     * others where not.
     *
     * @param id of this conversation
     */
    Outline plus(String id, String block, long now, @Nullable String turn, List<ObjectNode> items) {
        var names = ItemIds.ofConversation(id, named);
        var ids = KeptItem.ids(items, names, new HashSet<>(ids()));
        var longer = new ArrayList<>(parts);
        longer.add(new Part(block, now, turn, List.copyOf(ids)));
        return new Outline(project, createdAt, metadata, changes + 1, names.named(), longer);
    }

    Outline without(String item) {
        var rest = parts.stream()
                .map(part -> part.ids.contains(item) ? part.without(item) : part)
                .filter(part -> part.there().findAny().isPresent())
                .toList();
        return new Outline(project, createdAt, metadata, changes + 1, named, rest);
    }

    /** The blocks whose life was last renewed before that moment. */
    List<String> stale(long before) {
        return parts.stream()
                .filter(part -> part.freshAt < before)
                .map(Part::block)
                .toList();
    }

    /** No change of its own: it goes with one. */
    Outline fresh(Collection<String> blocks, long now) {
        if (blocks.isEmpty()) {
            return this;
        }
        var these = Set.copyOf(blocks);
        return new Outline(
                project,
                createdAt,
                metadata,
                changes,
                named,
                parts.stream()
                        .map(part -> these.contains(part.block) ? part.fresh(now) : part)
                        .toList());
    }

    /** As {@code GET /v1/conversations/{id}} shows it. */
    ObjectNode shown(String id) {
        var shown = JsonNodeFactory.instance.objectNode();
        shown.put("id", id).put("object", "conversation").put("created_at", createdAt);
        shown.set("metadata", metadata);
        return shown;
    }

    private String text() {
        var text = FORMAT.begin().put("project", project).put("created_at", createdAt);
        text.set("metadata", metadata);
        text.put("changes", changes).put("named", named);
        var list = text.putArray("parts");
        for (var part : parts) {
            var entry = list.addObject().put("block", part.block).put("fresh_at", part.freshAt);
            if (part.turn != null) {
                entry.put("turn", part.turn);
            }
            var ids = entry.putArray("ids");
            part.ids.forEach(ids::add);
        }
        return VersionedJson.text(text);
    }

    private static Outline of(String text) {
        var outline = FORMAT.read(text);
        var parts = new ArrayList<Part>();
        for (var part : outline.path("parts")) {
            var ids = new ArrayList<@Nullable String>();
            for (var id : part.path("ids")) {
                ids.add(id.textValue());
            }
            parts.add(new Part(
                    VersionedJson.text(part, "block"),
                    VersionedJson.number(part, "fresh_at"),
                    part.path("turn").textValue(),
                    ids));
        }
        return new Outline(
                VersionedJson.text(outline, "project"),
                VersionedJson.number(outline, "created_at"),
                VersionedJson.object(outline, "metadata"),
                VersionedJson.number(outline, "changes"),
                Math.toIntExact(VersionedJson.number(outline, "named")),
                parts);
    }
}
