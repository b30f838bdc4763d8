package io.dromedary.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.responses.ItemIds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Follows a stream as OpenAI's own clients do, and holds it to what they, and Open Responses, ask of one: numbers without
 * a gap, items and parts appended and closed, deltas that add up, an incomplete item only at the end.
 */
public final class StreamJudge {
    private static final Set<String> TERMINAL = Set.of("response.completed", "response.incomplete", "response.failed");

    /** Items that the gateway names; others are a provider's. */
    private static final Set<String> OURS = Set.of("message", "reasoning", "function_call", "custom_tool_call");

    private static final Map<String, String> TEXT_OF = Map.of(
            "response.output_text", "text",
            "response.refusal", "refusal",
            "response.reasoning_text", "text",
            "response.reasoning_summary_text", "text",
            "response.function_call_arguments", "arguments",
            "response.custom_tool_call_input", "input");

    private final List<JsonNode> added = new ArrayList<>();
    private final List<JsonNode> done = new ArrayList<>();
    private final Map<String, StringBuilder> deltas = new TreeMap<>();
    private final Map<String, Integer> parts = new TreeMap<>();
    private final Set<String> openParts = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final boolean background;
    private String id = "";

    private StreamJudge(boolean background) {
        this.background = background;
    }

    /** The response that the stream ends with. */
    public static JsonNode judge(List<ObjectNode> events) {
        return new StreamJudge(false).follow(events);
    }

    /**
     * The same of a stream that may have been queued, and of which more than one gateway may have sent a part: items that
     * another attempt took over from come first, and are not in the output.
     */
    public static JsonNode judgeBackground(List<ObjectNode> events) {
        return new StreamJudge(true).follow(events);
    }

    private JsonNode follow(List<ObjectNode> events) {
        for (var i = 0; i < events.size(); i++) {
            var event = events.get(i);
            assertThat(event.path("sequence_number").intValue()).isEqualTo(i);
            var type = event.path("type").textValue();
            assertThat(type.equals("response.created")).isEqualTo(i == 0);
            if (background) {
                assertThat(type.equals("response.queued")).isEqualTo(i == 1);
                assertThat(type.equals("response.in_progress") && i != 2).isFalse();
            } else {
                assertThat(type.equals("response.in_progress")).isEqualTo(i == 1);
            }
            assertThat(TERMINAL.contains(type)).isEqualTo(i == events.size() - 1);
            take(type, event);
        }
        return ended(events.getLast());
    }

    private void take(String type, ObjectNode event) {
        if (event.has("response")) {
            var named = event.path("response").path("id").asText();
            id = id.isEmpty() ? named : id;
            assertThat(named).isNotEmpty().isEqualTo(id);
            return;
        }
        var index = event.path("output_index").intValue();
        if (type.equals("response.output_item.added")) {
            added(index, event.path("item"));
            return;
        }
        var item = added.get(index);
        assertThat(done.get(index)).as("an item that is done").isNull();
        if (type.equals("response.output_item.done")) {
            assertThat(openParts).noneMatch(part -> part.startsWith(index + "/"));
            for (var member : List.of("id", "type", "call_id", "name")) {
                assertThat(event.path("item").path(member)).isEqualTo(item.path(member));
            }
            if (OURS.contains(item.path("type").asText())) {
                assertThat(texts(event.path("item"))).isEqualTo(texts(index));
            }
            done.set(index, event.path("item"));
            return;
        }
        assertThat(event.path("item_id")).isEqualTo(item.path("id"));
        assertThat(item.path("type").textValue()).isIn(kinds(type));
        part(type, index, event);
    }

    private void added(int index, JsonNode item) {
        assertThat(index).isEqualTo(added.size());
        var ours = OURS.contains(item.path("type").asText());
        // another attempt may be told the same names by its backend
        assertThat(names.add(item.path("id").textValue()) || background && !ours)
                .isTrue();
        if (ours) {
            assertThat(item.path("status").textValue()).isEqualTo("in_progress");
            assertThat(ItemIds.owner(item.path("id").textValue())).isEqualTo(id);
        } else {
            assertThat(item.path("status").asText("in_progress")).isEqualTo("in_progress");
        }
        if (item.has("call_id")) {
            assertThat(item.path("call_id").textValue()).isNotEmpty();
            assertThat(names.add("call " + item.path("call_id").textValue()) || background)
                    .isTrue();
        }
        added.add(item);
        done.add(null);
    }

    private static List<String> kinds(String type) {
        if (type.contains("content_part")) {
            return List.of("message", "reasoning");
        }
        if (type.contains("reasoning")) {
            return List.of("reasoning");
        }
        if (type.contains("function_call")) {
            return List.of("function_call");
        }
        return List.of(type.contains("custom_tool_call") ? "custom_tool_call" : "message");
    }

    private void part(String type, int index, ObjectNode event) {
        var kind = event.has("summary_index") ? "summary" : "content";
        var number = event.path(kind + "_index").asInt(-1);
        var place = index + "/" + kind + "/" + number;
        if (type.endsWith("part.added")) {
            assertThat(number).isEqualTo(parts.merge(index + "/" + kind, 1, Integer::sum) - 1);
            openParts.add(place);
            return;
        }
        if (number >= 0) {
            assertThat(openParts).contains(place);
        }
        if (type.endsWith("part.done")) {
            openParts.remove(place);
            return;
        }
        if (type.endsWith(".delta")) {
            assertThat(event.path("delta").textValue()).isNotEmpty();
            deltas.computeIfAbsent(place, any -> new StringBuilder())
                    .append(event.path("delta").textValue());
        } else if (type.endsWith(".done")) {
            var member = Objects.requireNonNull(TEXT_OF.get(type.substring(0, type.length() - ".done".length())));
            assertThat(event.path(member).textValue())
                    .isEqualTo(deltas.getOrDefault(place, new StringBuilder()).toString());
        }
    }

    /** What the deltas of an item add up to. */
    private String texts(int index) {
        var all = new StringBuilder();
        deltas.forEach((place, text) -> {
            if (place.startsWith(index + "/")) {
                all.append(text);
            }
        });
        return all.toString();
    }

    /** The texts of an item, but for thoughts that nobody asked to see as they came. */
    private String texts(JsonNode item) {
        var all = new StringBuilder(item.path("arguments").asText(""))
                .append(item.path("input").asText(""));
        for (var part : item.path("content")) {
            var shown = !part.path("type").asText().equals("reasoning_text")
                    || parts.containsKey(indexOf(item) + "/content");
            all.append(
                    shown ? part.path("text").asText("") + part.path("refusal").asText("") : "");
        }
        item.path("summary").forEach(part -> all.append(part.path("text").asText()));
        return all.toString();
    }

    private int indexOf(JsonNode item) {
        for (var i = 0; i < added.size(); i++) {
            if (added.get(i).path("id").equals(item.path("id"))) {
                return i;
            }
        }
        return -1;
    }

    private JsonNode ended(ObjectNode last) {
        var response = last.path("response");
        var ending = response.path("status").textValue();
        assertThat(last.path("type").textValue())
                .isEqualTo("response." + (ending.equals("cancelled") ? "incomplete" : ending));
        assertThat(openParts).isEmpty();
        assertThat(done).doesNotContainNull();
        var output = new ArrayList<JsonNode>();
        response.path("output").forEach(output::add);
        if (background) {
            assertThat(output).isEqualTo(done.subList(Math.max(0, done.size() - output.size()), done.size()));
        } else {
            assertThat(output).isEqualTo(done);
        }
        for (var i = 0; i < output.size(); i++) {
            // what came of hosted tools has the status that its backend gave it, or none
            var named = OURS.contains(output.get(i).path("type").asText());
            var status = output.get(i).path("status").asText("");
            if (named && !status.equals("completed")) {
                assertThat(status).isEqualTo("incomplete");
                assertThat(i).as("only the last may be incomplete").isEqualTo(output.size() - 1);
                assertThat(response.path("status").textValue()).isIn("incomplete", "failed", "cancelled");
            }
        }
        return response;
    }
}
