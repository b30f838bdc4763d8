package io.dromedary.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a streamed chat completion: each choice has several, of which each comes in pieces, chunk by chunk. What a
 * text has held back goes out in a chunk of its own, before anything else of its choice does.
 */
final class ChunkTexts {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> HEAD =
            Set.of("id", "object", "created", "model", "service_tier", "system_fingerprint");

    /** Members of a delta that are words of the API. */
    private static final Set<String> WORDS = Set.of("role", "name", "id", "type");

    /** One text, on its way. */
    interface Passing {
        /** What of it may be shown now. */
        String feed(String piece);

        /** What was held back, now that nothing follows for the time being. */
        String settle();
    }

    /** Makes what a text passes through. */
    interface Passage {
        /**
         * A text begins.
         *
         * @param path e.g. {@code choices.delta.content}
         * @param json it is JSON itself
         */
        Passing begin(String path, boolean json);

        /** A text that is whole. */
        String whole(String path, String text, boolean json);
    }

    /** A text and where its pieces stand. */
    private final class Flow {
        final Passing passing;
        final List<String> place;

        Flow(List<String> place, boolean json) {
            this.place = place;
            this.passing = passage.begin("choices.delta." + String.join(".", place), json);
        }

        char kind() {
            return switch (place.getFirst()) {
                case "reasoning", "reasoning_content", "reasoning_details" -> 'r';
                case "tool_calls", "function_call" -> 't';
                default -> 'c';
            };
        }
    }

    private final Passage passage;
    private final Map<Integer, Map<List<String>, Flow>> flows = new LinkedHashMap<>();
    private final Set<Flow> fed = new HashSet<>();
    private boolean finishing;
    private ObjectNode head = JSON.objectNode();

    ChunkTexts(Passage passage) {
        this.passage = passage;
    }

    /**
     * A chunk as it may go on.
     *
     * @param chunk is changed
     * @return chunks that take its place, in order; none where nothing of it may be shown yet
     */
    List<ObjectNode> chunk(ObjectNode chunk) {
        var out = new ArrayList<ObjectNode>(2);
        remember(chunk);
        for (var member : List.copyOf(chunk.properties())) {
            if (!HEAD.contains(member.getKey()) && !member.getKey().equals("choices")) {
                JsonTexts.visit(member.getValue(), member.getKey(), passage::whole);
            }
        }
        if (!(chunk.path("choices") instanceof ArrayNode choices) || choices.isEmpty()) {
            out.add(chunk);
            return out;
        }
        for (var rest = choices.iterator(); rest.hasNext(); ) {
            if (rest.next() instanceof ObjectNode choice && !choice(choice, out)) {
                rest.remove();
            }
        }
        if (!choices.isEmpty() || chunk.hasNonNull("usage")) {
            out.add(chunk);
        }
        return out;
    }

    private void remember(ObjectNode chunk) {
        if (head.isEmpty()) {
            head = JSON.objectNode();
            chunk.properties().forEach(member -> {
                if (HEAD.contains(member.getKey())) {
                    head.set(member.getKey(), member.getValue());
                }
            });
        }
    }

    /** False where nothing of it may be shown yet. */
    private boolean choice(ObjectNode choice, List<ObjectNode> out) {
        var index = choice.path("index").asInt();
        if (!(choice.path("delta") instanceof ObjectNode delta)) {
            JsonTexts.visit(choice, "choices[" + index + "]", passage::whole);
            return true;
        }
        // an item that is whole ends what was said before it
        finishing = choice.hasNonNull("finish_reason")
                || !delta.path("response_items").isEmpty();
        fed.clear();
        var before = delta.size();
        for (var member : List.copyOf(delta.properties())) {
            member(index, delta, member.getKey(), member.getValue());
        }
        for (var flow : flows.getOrDefault(index, Map.of()).values()) {
            if (finishing || isOver(flow)) {
                settle(index, flow, out);
            }
        }
        return finishing || before == 0 || !delta.isEmpty();
    }

    /** Something else is said now: thoughts are over, or the answer, or the calls of tools. */
    private boolean isOver(Flow flow) {
        return fed.stream().anyMatch(now -> now.kind() != flow.kind())
                && fed.stream().noneMatch(now -> now.kind() == flow.kind());
    }

    private void member(int index, ObjectNode delta, String name, JsonNode value) {
        if (value.isTextual()) {
            if (!WORDS.contains(name)) {
                piece(index, delta, name, List.of(name), false);
            }
        } else if (name.equals("tool_calls") && value instanceof ArrayNode calls) {
            elements(calls, (element, place) -> call(index, element, List.of(name, place)));
            drop(delta, name, calls);
        } else if (name.equals("function_call") && value instanceof ObjectNode call) {
            piece(index, call, "arguments", List.of(name, "arguments"), true);
        } else if (name.equals("reasoning_details") && value instanceof ArrayNode details) {
            elements(details, (element, place) -> detail(index, element, List.of(name, place)));
            drop(delta, name, details);
        } else if (name.equals("audio") && value instanceof ObjectNode audio) {
            piece(index, audio, "transcript", List.of(name, "transcript"), false);
        } else {
            JsonTexts.visit(value, "choices[" + index + "].delta." + name, passage::whole);
        }
    }

    private interface Element {
        /** False where nothing of it is left. */
        boolean look(ObjectNode element, String place);
    }

    private static void elements(ArrayNode list, Element look) {
        var at = 0;
        for (var rest = list.iterator(); rest.hasNext(); at++) {
            if (rest.next() instanceof ObjectNode element
                    && !look.look(element, element.path("index").asText(String.valueOf(at)))) {
                rest.remove();
            }
        }
    }

    private static void drop(ObjectNode delta, String name, ArrayNode list) {
        if (list.isEmpty()) {
            delta.remove(name);
        }
    }

    private boolean call(int index, ObjectNode call, List<String> place) {
        if (call.path("function") instanceof ObjectNode function) {
            piece(index, function, "arguments", below(place, "function", "arguments"), true);
            dropEmpty(call, "function", function);
        }
        if (call.path("custom") instanceof ObjectNode custom) {
            piece(index, custom, "input", below(place, "custom", "input"), false);
            dropEmpty(call, "custom", custom);
        }
        return call.has("id") || call.has("function") || call.has("custom");
    }

    private static void dropEmpty(ObjectNode call, String name, ObjectNode of) {
        if (of.isEmpty()) {
            call.remove(name);
        }
    }

    private boolean detail(int index, ObjectNode detail, List<String> place) {
        var said = false;
        for (var name : List.of("text", "summary")) {
            if (detail.path(name).isTextual()) {
                said = true;
                piece(index, detail, name, below(place, name), false);
            }
        }
        return !said || detail.has("text") || detail.has("summary") || detail.has("signature") || detail.has("data");
    }

    private static List<String> below(List<String> place, String... names) {
        var all = new ArrayList<>(place);
        all.addAll(List.of(names));
        return List.copyOf(all);
    }

    /** What may be shown of a piece takes its place; nothing at all is left where that is nothing. */
    private void piece(int index, ObjectNode holder, String name, List<String> place, boolean json) {
        var piece = holder.path(name).textValue();
        if (piece == null || piece.isEmpty()) {
            return;
        }
        var flow = flows.computeIfAbsent(index, any -> new LinkedHashMap<>())
                .computeIfAbsent(place, at -> new Flow(at, json));
        fed.add(flow);
        var shown = flow.passing.feed(piece);
        if (finishing) {
            shown += flow.passing.settle();
        }
        if (shown.isEmpty()) {
            holder.remove(name);
        } else {
            holder.put(name, shown);
        }
    }

    private void settle(int index, Flow flow, List<ObjectNode> out) {
        var rest = flow.passing.settle();
        if (rest.isEmpty()) {
            return;
        }
        var chunk = head.deepCopy();
        var choice = chunk.putArray("choices").addObject().put("index", index);
        put(choice.putObject("delta"), flow.place, 0, rest);
        choice.putNull("logprobs").putNull("finish_reason");
        out.add(chunk);
    }

    private static void put(ObjectNode holder, List<String> place, int at, String text) {
        var name = place.get(at);
        if (at == place.size() - 1) {
            holder.put(name, text);
        } else if (name.equals("tool_calls") || name.equals("reasoning_details")) {
            var element = holder.putArray(name).addObject();
            element.put("index", Integer.parseInt(place.get(at + 1)));
            if (name.equals("reasoning_details")) {
                element.put("type", "reasoning." + place.get(at + 2));
            }
            put(element, place, at + 2, text);
        } else {
            put(holder.putObject(name), place, at + 1, text);
        }
    }

    /** What is held back of all texts: the stream has come to its end, as it may have without any. */
    List<ObjectNode> rest() {
        var out = new ArrayList<ObjectNode>();
        flows.forEach((index, all) -> all.values().forEach(flow -> settle(index, flow, out)));
        return out;
    }

    static @Nullable ObjectNode read(byte[] buffer, int offset, int length) {
        return Json.read(buffer, offset, length) instanceof ObjectNode chunk ? chunk : null;
    }
}
