package io.dromedary.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ChunkTextsTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final PiiScanner SCANNER = new PiiScanner(Set.of());
    private static final Rewriting MARKED = (entity, text) -> "[" + entity + "]";

    private static ChunkTexts marking() {
        return new ChunkTexts(new ChunkTexts.Passage() {
            @Override
            public ChunkTexts.Passing begin(String path, boolean json) {
                var text = new PassingText(SCANNER, MARKED);
                var tree = new PassingJson(SCANNER, MARKED);
                return new ChunkTexts.Passing() {
                    @Override
                    public String feed(String piece) {
                        return json ? tree.feed(piece) : text.feed(piece);
                    }

                    @Override
                    public String settle() {
                        return json ? tree.settle() : text.settle();
                    }
                };
            }

            @Override
            public String whole(String path, String text, boolean json) {
                return PassingText.whole(SCANNER, MARKED, text);
            }
        });
    }

    /** What each choice says in each of its texts, all chunks together. */
    private static Map<String, String> said(List<ObjectNode> chunks) {
        var said = new TreeMap<String, String>();
        for (var chunk : chunks) {
            for (var choice : chunk.path("choices")) {
                var index = choice.path("index").asText();
                choice.path("delta").properties().forEach(member -> {
                    if (member.getValue().isTextual()) {
                        said.merge(index + member.getKey(), member.getValue().asText(), String::concat);
                    }
                });
                for (var call : choice.path("delta").path("tool_calls")) {
                    said.merge(
                            index + "call" + call.path("index"),
                            call.at("/function/arguments").asText(""),
                            String::concat);
                }
                for (var detail : choice.path("delta").path("reasoning_details")) {
                    said.merge(
                            index + "detail" + detail.path("index"),
                            detail.path("text").asText(""),
                            String::concat);
                }
            }
        }
        return said;
    }

    private static ObjectNode chunk(int index, String delta, String finish) {
        return chunk(index, Json.object(delta.getBytes(StandardCharsets.UTF_8)), finish);
    }

    private static ObjectNode chunk(int index, ObjectNode delta, String finish) {
        var chunk = JSON.objectNode();
        chunk.put("id", "c")
                .put("object", "chat.completion.chunk")
                .put("created", 1)
                .put("model", "m");
        var choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.put("finish_reason", finish.equals("null") ? null : finish);
        return chunk;
    }

    private static ObjectNode text(String name, String piece) {
        return JSON.objectNode().put(name, piece);
    }

    @Test
    void choices_that_take_turns_and_thoughts_told_twice_are_each_looked_at_across_all_borders() {
        var seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (var round = 0; round < 500; round++) {
            var texts = List.of(Chunkings.text(random), Chunkings.text(random));
            var arguments = JSON.objectNode().put("a", Chunkings.text(random)).toString();
            var thoughts = Chunkings.text(random);
            var chunks = new ArrayList<ObjectNode>();
            for (var piece : Chunkings.cut(thoughts, random)) {
                var delta = JSON.objectNode().put("reasoning_content", piece);
                delta.putArray("reasoning_details")
                        .addObject()
                        .put("type", "reasoning.text")
                        .put("index", 0)
                        .put("text", piece);
                chunks.add(chunk(0, delta, "null"));
            }
            var first = Chunkings.cut(texts.getFirst(), random);
            var second = Chunkings.cut(texts.getLast(), random);
            for (var i = 0; i < Math.max(first.size(), second.size()); i++) {
                if (i < first.size()) {
                    chunks.add(chunk(0, text("content", first.get(i)), "null"));
                }
                if (i < second.size()) {
                    chunks.add(chunk(1, text("content", second.get(i)), "null"));
                }
            }
            for (var piece : Chunkings.cut(arguments, random)) {
                var delta = JSON.objectNode();
                var call = delta.putArray("tool_calls").addObject().put("index", 0);
                call.putObject("function").put("arguments", piece);
                chunks.add(chunk(0, delta, "null"));
            }
            chunks.add(chunk(1, "{}", "stop"));
            chunks.add(chunk(0, "{}", "tool_calls"));

            var guarded = marking();
            var shown = new ArrayList<ObjectNode>();
            chunks.forEach(one -> shown.addAll(guarded.chunk(one)));
            assertThat(guarded.rest()).isEmpty();
            var expected = new TreeMap<String, String>();
            put(expected, "0reasoning_content", PassingText.whole(SCANNER, MARKED, thoughts));
            put(expected, "0detail0", PassingText.whole(SCANNER, MARKED, thoughts));
            put(expected, "0content", PassingText.whole(SCANNER, MARKED, texts.getFirst()));
            put(expected, "1content", PassingText.whole(SCANNER, MARKED, texts.getLast()));
            var passing = new PassingJson(SCANNER, MARKED);
            put(expected, "0call0", passing.feed(arguments) + passing.settle());
            var said = said(shown);
            said.values().removeIf(String::isEmpty);
            assertThat(said).as("seed %d, round %d", seed, round).isEqualTo(expected);
        }
    }

    private static void put(Map<String, String> expected, String name, String text) {
        if (!text.isEmpty()) {
            expected.put(name, text);
        }
    }

    @Test
    void what_was_held_back_goes_out_before_what_comes_after_it() {
        var guarded = marking();
        assertThat(guarded.chunk(chunk(0, text("reasoning_content", "so john"), "null")))
                .singleElement()
                .satisfies(one -> assertThat(delta(one)).isEqualTo("{\"reasoning_content\":\"so \"}"));
        assertThat(guarded.chunk(chunk(0, text("content", "Hi, "), "null")).stream()
                        .map(ChunkTextsTest::delta))
                .containsExactly("{\"reasoning_content\":\"john\"}", "{\"content\":\"Hi, \"}");
        assertThat(guarded.chunk(chunk(0, text("content", "al"), "null"))).isEmpty();
        assertThat(guarded.chunk(chunk(0, text("content", "l"), "stop")).stream()
                        .map(ChunkTextsTest::delta))
                .containsExactly("{\"content\":\"all\"}");
    }

    private static String delta(JsonNode chunk) {
        return chunk.at("/choices/0/delta").toString();
    }

    @Test
    void what_says_nothing_of_anybody_stays_as_it_is() {
        for (var delta : List.of(
                "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}",
                "{\"tool_calls\":[{\"index\":0,\"id\":\"call_4111111111111111\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "{}")) {
            var chunk = chunk(0, delta, "null");
            assertThat(marking().chunk(chunk.deepCopy())).containsExactly(chunk);
        }
        var usage = Json.object(
                "{\"id\":\"c\",\"choices\":[],\"usage\":{\"total_tokens\":4111}}".getBytes(StandardCharsets.UTF_8));
        assertThat(marking().chunk(usage.deepCopy())).containsExactly(usage);
    }

    @Test
    void a_member_that_nobody_knows_is_looked_at_too() {
        var chunk = chunk(0, "{\"annotations\":[{\"type\":\"url_citation\",\"title\":\"by a@b.de\"}]}", "null");
        chunk.putArray("citations").add("mailto:a@b.de");
        assertThat(marking().chunk(chunk).toString()).doesNotContain("a@b.de").contains("by [EMAIL_ADDRESS]");
    }

    @Test
    void a_stream_without_an_end_gives_up_what_it_has_held_back() {
        var guarded = marking();
        guarded.chunk(chunk(0, text("content", "x a@b.de"), "null"));
        assertThat(guarded.rest()).singleElement().satisfies(one -> {
            assertThat(delta(one)).isEqualTo("{\"content\":\"[EMAIL_ADDRESS]\"}");
            assertThat(one.path("id").asText()).isEqualTo("c");
        });
    }
}
