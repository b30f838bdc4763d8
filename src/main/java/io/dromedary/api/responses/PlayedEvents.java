package io.dromedary.api.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the events of a response have told so far, for whoever goes on where another left off, or ends it. Belongs to one
 * thread, and does no I/O.
 */
public final class PlayedEvents {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String EVENT = "event: ";
    private static final String DATA = "\ndata: ";
    private static final String BLANK_LINE = "\n\n";

    /** A part of an item that is open, and what has come of it. */
    private static final class Part {
        private final ObjectNode tree;
        private final String place;
        private final StringBuilder text = new StringBuilder();
        private final ArrayNode logprobs = NODES.arrayNode();
        private boolean said;

        Part(ObjectNode tree, String place) {
            this.tree = tree;
            this.place = place;
        }

        String type() {
            return tree.path("type").asText();
        }

        /** What the names of its events begin with. */
        String events() {
            return "response." + (type().equals("summary_text") ? "reasoning_summary_text" : type());
        }

        String member() {
            return type().equals("refusal") ? "refusal" : "text";
        }

        ObjectNode whole() {
            tree.put(member(), text.toString());
            if (type().equals("output_text")) {
                tree.set("logprobs", logprobs);
            }
            return tree;
        }
    }

    /** An item, and what has come of it. */
    private static final class Item {
        private final Map<String, Part> parts = new TreeMap<>();
        private final StringBuilder text = new StringBuilder();
        private ObjectNode tree;
        private boolean said;
        private boolean done;

        Item(ObjectNode tree) {
            this.tree = tree;
        }

        /** What the names of its own events begin with, or null where it has none but those of its parts. */
        @Nullable
        String events() {
            return switch (tree.path("type").asText()) {
                case "function_call" -> "response.function_call_arguments";
                case "custom_tool_call" -> "response.custom_tool_call_input";
                default -> null;
            };
        }
    }

    private final List<Item> items = new ArrayList<>();
    private int next;
    private int current;
    private boolean running;

    /** @param frames whole events, in the order of their numbers, without {@code [DONE]} */
    public void add(String frames) {
        for (var at = 0; at < frames.length(); ) {
            var end = frames.indexOf(BLANK_LINE, at);
            var line = frames.indexOf(DATA, at);
            if (end < 0 || line < 0 || line > end || !frames.startsWith(EVENT, at)) {
                throw new IllegalArgumentException("no event at character " + at);
            }
            next++;
            var type = frames.substring(at + EVENT.length(), line);
            if (type.equals("response.in_progress")) {
                running = true;
            } else if (!isOfAll(type)) {
                take(type, read(frames.substring(line + DATA.length(), end)));
            }
            at = end + BLANK_LINE.length();
        }
    }

    /** It is about the response as a whole. */
    private static boolean isOfAll(String type) {
        return type.indexOf('.') == type.lastIndexOf('.');
    }

    private static JsonNode read(String data) {
        try {
            return Json.KEPT.readTree(data);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no event: " + e.getOriginalMessage(), e);
        }
    }

    private void take(String type, JsonNode event) {
        var index = event.path("output_index").asInt(-1);
        if (type.equals("response.output_item.added")) {
            items.add(new Item((ObjectNode) event.path("item")));
            return;
        }
        if (index < 0 || index >= items.size()) {
            return;
        }
        var item = items.get(index);
        if (type.equals("response.output_item.done")) {
            item.tree = (ObjectNode) event.path("item");
            item.done = true;
        } else if (event.has("content_index")) {
            part(type, event, item, "content");
        } else if (event.has("summary_index")) {
            part(type, event, item, "summary");
        } else if (type.endsWith(".delta")) {
            item.text.append(event.path("delta").asText());
        } else if (type.endsWith(".done")) {
            item.said = true;
        }
    }

    private static void part(String type, JsonNode event, Item item, String list) {
        var number = event.path(list + "_index").asInt();
        var name = list + " %06d".formatted(number);
        if (type.endsWith("part.added")) {
            var place = ",\"" + list + "_index\":" + number;
            item.parts.put(name, new Part((ObjectNode) event.path("part"), place));
            return;
        }
        var part = item.parts.get(name);
        if (part == null) {
            return;
        }
        if (type.endsWith("part.done")) {
            item.parts.remove(name);
            array(item, list).add(event.path("part"));
        } else if (type.endsWith(".delta")) {
            part.text.append(event.path("delta").asText());
            event.path("logprobs").forEach(part.logprobs::add);
        } else if (type.endsWith(".annotation.added")) {
            part.tree.withArray("annotations").add(event.path("annotation"));
        } else if (type.endsWith(".done")) {
            part.said = true;
        }
    }

    private static ArrayNode array(Item item, String list) {
        return item.tree.withArray(list);
    }

    /** Number of the next event. */
    public int next() {
        return next;
    }

    /** {@code output_index} of the next item. */
    public int items() {
        return items.size();
    }

    /** It was told that somebody works on the response. */
    public boolean running() {
        return running;
    }

    /** What was told until now is of an attempt that somebody else goes on from: it is not in the output. */
    public void supersede() {
        current = items.size();
    }

    /**
     * Closes whatever is open. The last item is incomplete then.
     *
     * @return the frames that say so, to be sent next; none where nothing is open
     */
    public byte[] close() {
        var frames = new ItemEvents.Frames();
        frames.next(next);
        for (var index = 0; index < items.size(); index++) {
            var item = items.get(index);
            if (!item.done) {
                close(item, index, frames);
            }
        }
        next = frames.next();
        return frames.take();
    }

    private void close(Item item, int index, ItemEvents.Frames frames) {
        var place = ",\"item_id\":" + JsonText.quote(item.tree.path("id").asText()) + ",\"output_index\":" + index;
        item.parts.forEach((name, part) -> {
            close(part, place, frames);
            array(item, name.substring(0, name.indexOf(' '))).add(part.tree);
        });
        item.parts.clear();
        close(item, place, frames);
        if (item.tree.path("status").isTextual()) {
            item.tree.put("status", index == items.size() - 1 ? "incomplete" : "completed");
        }
        item.done = true;
        frames.item("response.output_item.done", index, item.tree);
    }

    private static void close(Part part, String place, ItemEvents.Frames frames) {
        var whole = part.whole();
        if (!part.said) {
            var logprobs = part.type().equals("output_text") ? ",\"logprobs\":" + ItemEvents.json(part.logprobs) : "";
            frames.text(part.events() + ".done", place + part.place, part.member(), part.text, logprobs);
        }
        var kind = part.type().equals("summary_text") ? "reasoning_summary_part" : "content_part";
        frames.tree("response." + kind + ".done", place + part.place, "part", whole);
    }

    private static void close(Item item, String place, ItemEvents.Frames frames) {
        var events = item.events();
        if (events == null) {
            return;
        }
        var function = events.endsWith("arguments");
        item.tree.put(function ? "arguments" : "input", item.text.toString());
        if (!item.said) {
            var named = function
                    ? ",\"name\":" + JsonText.quote(item.tree.path("name").asText())
                    : "";
            frames.text(events + ".done", place, function ? "arguments" : "input", item.text, named);
        }
    }

    /** The items that are closed, of the attempt that is under way, or was last. */
    public List<ObjectNode> output() {
        return items.stream()
                .skip(current)
                .filter(item -> item.done)
                .map(item -> Objects.requireNonNull(item.tree))
                .toList();
    }
}
