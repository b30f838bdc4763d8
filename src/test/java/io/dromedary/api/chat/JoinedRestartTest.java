package io.dromedary.api.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.StreamedAnswer.Style;
import io.dromedary.api.chat.StreamedAnswer.Text;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that begin anew after another broke off. {@code -Dfuzz.long} tries twenty times as many. */
final class JoinedRestartTest {
    private static final int TIMES = System.getProperty("fuzz.long") == null ? 1 : 20;
    private static final long SEED = Long.getLong("fuzz.seed", 20_260_203L);
    private static final Text REASONING = new Text.Member("reasoning_content", "Hm 😀, \"so\".");
    private static final Text CONTENT = new Text.Member("content", "Über\n漢字 👩‍👩‍👧");
    private static final Text CALL = new Text.Call(0, "f", "{\"a\":\"é😀\"}");
    private static final Text OTHER_CALL = new Text.Call(1, "g", "{\"b\":[1,2]}");

    private static final List<StreamedAnswer> ANSWERS = List.of(
            StreamedAnswer.of(""),
            StreamedAnswer.of("Hello, world."),
            StreamedAnswer.of(CONTENT),
            StreamedAnswer.of(REASONING, CONTENT),
            StreamedAnswer.of(CALL),
            StreamedAnswer.of(CONTENT, CALL, OTHER_CALL),
            StreamedAnswer.of(new Text.Member("refusal", "I won't.")),
            new StreamedAnswer(List.of(
                    new StreamedAnswer.Choice(List.of(REASONING, CONTENT), "stop"),
                    new StreamedAnswer.Choice(List.of(CALL, OTHER_CALL), "tool_calls"))));

    @Test
    void cut_at_any_character_and_joined_an_answer_is_whole() {
        var random = new Random(SEED);
        for (var answer : ANSWERS) {
            var first = answer.chunks(Style.plain("a", 1));
            for (var cut = 0; cut < first.size(); cut++) {
                joins(answer, first.subList(0, cut), answer.chunks(Style.plain("b", 1)), "cut at " + cut);
                joins(answer, first.subList(0, cut), answer.chunks(Style.plain("b", 3)), "cut at " + cut);
                joins(answer, first.subList(0, cut), answer.chunks(Style.plain("b", 1000)), "cut at " + cut);
                joins(answer, first.subList(0, cut), answer.chunks(Style.of("b", random)), "cut at " + cut);
            }
        }
    }

    @Test
    void any_answer_cut_anywhere_and_cut_otherwise_again_is_whole() {
        var random = new Random(SEED);
        for (var i = 0; i < 1_000 * TIMES; i++) {
            var answer = StreamedAnswer.random(random, 1 + random.nextInt(3));
            var first = answer.chunks(Style.of("a", random));
            var cut = first.subList(0, random.nextInt(first.size()));
            joins(answer, cut, answer.chunks(Style.of("b", random)), "seed " + SEED + ", case " + i);
        }
    }

    @Test
    void attempts_may_break_one_after_the_other() {
        var random = new Random(SEED);
        for (var i = 0; i < 200 * TIMES; i++) {
            var answer = StreamedAnswer.random(random, 1 + random.nextInt(2));
            var caller = JoinedCaller.after(List.of());
            for (var attempt : List.of("a", "b", "c")) {
                var chunks = answer.chunks(Style.of(attempt, random));
                caller.restarts(chunks.subList(0, random.nextInt(chunks.size())));
            }
            var last = caller.restarts(answer.chunks(Style.of("d", random)));
            verify(answer, caller, last, "seed " + SEED + ", case " + i);
        }
    }

    private static void joins(StreamedAnswer answer, List<String> sent, List<String> second, String what) {
        var caller = JoinedCaller.after(sent);
        assertThat(caller.stream.joinable()).as(what).isTrue();
        verify(answer, caller, caller.restarts(second), what);
        for (var choice : completion(sent).path("choices")) {
            var same = completion(caller.seen)
                    .path("choices")
                    .get(choice.path("index").intValue());
            for (var i = 0; i < choice.at("/message/tool_calls").size(); i++) {
                assertThat(same.at("/message/tool_calls/" + i + "/id"))
                        .as(what)
                        .isEqualTo(choice.at("/message/tool_calls/" + i + "/id"));
            }
        }
    }

    private static void verify(StreamedAnswer answer, JoinedCaller caller, Successor successor, String what) {
        assertThat(successor.diverged()).as(what).isFalse();
        assertThat(successor.caughtUp()).as(what).isTrue();
        assertThat(withoutIds(completion(caller.seen)))
                .as(what)
                .isEqualTo(withoutIds(completion(answer.chunks(Style.plain("z", 1000)))));
        isOneStream(caller.seen, answer.choices().size(), what);
    }

    /** One id and time; one role and one finish reason for each choice; indexes, types and names of calls once. */
    private static void isOneStream(List<String> chunks, int choices, String what) {
        var all = new ArrayList<JsonNode>();
        chunks.forEach(chunk -> all.add(read(chunk)));
        assertThat(all)
                .as(what)
                .extracting(chunk -> chunk.path("id").textValue() + chunk.path("created"))
                .containsOnly(
                        all.getFirst().path("id").textValue() + all.getFirst().path("created"));
        for (var index = 0; index < choices; index++) {
            var roles = 0;
            var ends = 0;
            var ids = new ArrayList<Integer>();
            for (var chunk : all) {
                for (var choice : chunk.path("choices")) {
                    if (choice.path("index").intValue() == index) {
                        roles += choice.at("/delta/role").isTextual() ? 1 : 0;
                        ends += choice.path("finish_reason").isTextual() ? 1 : 0;
                        choice.at("/delta/tool_calls").forEach(call -> {
                            if (call.has("id")
                                    || call.has("type")
                                    || call.at("/function").has("name")) {
                                ids.add(call.path("index").intValue());
                            }
                        });
                    }
                }
            }
            assertThat(roles).as(what).isOne();
            assertThat(ends).as(what).isOne();
            assertThat(ids).as(what).doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hello, world.|Jello, world.",
                "Hello, world.|Hello_ world.",
                "Hello, world.|Hello, world!",
                "Hello, world.|Hello, world",
                "Hello, world.|H",
                "Hello, world.|''",
                "a😀|a😁",
                "a😀|aa",
            })
    void an_answer_that_differs_or_ends_too_soon_leaves_no_trace(String sent, String other) {
        for (var longest : List.of(1, 2, 3, 100)) {
            var caller = JoinedCaller.after(withoutEnd(StreamedAnswer.of(sent).chunks(Style.plain("a", 100))));
            var successor = caller.restarts(StreamedAnswer.of(other).chunks(Style.plain("b", longest)));

            assertThat(successor.diverged()).isTrue();
            assertThat(successor.caughtUp()).isFalse();
            assertThat(caller.seen).hasSize(2);
        }
    }

    @Test
    void text_of_one_kind_is_not_taken_for_another() {
        differs(StreamedAnswer.of(REASONING), StreamedAnswer.of(new Text.Member("content", REASONING.text())));
        differs(StreamedAnswer.of(REASONING, CONTENT), StreamedAnswer.of(CONTENT));
        differs(StreamedAnswer.of(CONTENT, CALL), StreamedAnswer.of(CONTENT));
        differs(StreamedAnswer.of(CALL, OTHER_CALL), StreamedAnswer.of(CALL));
        differs(StreamedAnswer.of(CALL), StreamedAnswer.of(new Text.Call(0, "g", CALL.text())));
        differs(StreamedAnswer.of(CALL), StreamedAnswer.of(new Text.Call(0, "f", "{}")));
    }

    private static void differs(StreamedAnswer sent, StreamedAnswer other) {
        var caller = JoinedCaller.after(withoutEnd(sent.chunks(Style.plain("a", 100))));
        var before = caller.seen.size();
        assertThat(caller.restarts(other.chunks(Style.plain("b", 2))).diverged())
                .isTrue();
        assertThat(caller.seen).hasSize(before);
    }

    @Test
    void one_character_that_differs_anywhere_in_what_was_sent_is_found() {
        var random = new Random(SEED);
        for (var i = 0; i < 500 * TIMES; i++) {
            var answer = StreamedAnswer.random(random, 1 + random.nextInt(2));
            var choice = random.nextInt(answer.choices().size());
            var texts = answer.choices().get(choice).texts();
            var at = texts.isEmpty() ? 0 : random.nextInt(texts.size());
            if (texts.isEmpty() || texts.get(at).text().isEmpty()) {
                continue;
            }
            var caller = JoinedCaller.after(withoutEnd(answer.chunks(Style.of("a", random))));
            var before = caller.seen.size();
            var other = answer.with(choice, at, changed(texts.get(at), random));
            var successor = caller.restarts(other.chunks(Style.of("b", random)));

            assertThat(successor.diverged()).as("seed %d, case %d", SEED, i).isTrue();
            assertThat(caller.seen).as("seed %d, case %d", SEED, i).hasSize(before);
        }
    }

    private static Text changed(Text text, RandomGenerator random) {
        var at = random.nextInt(text.text().length());
        var changed = text.text().substring(0, at) + "#" + text.text().substring(at + 1);
        return switch (text) {
            case Text.Member member -> new Text.Member(member.name(), changed);
            case Text.Call call -> new Text.Call(call.index(), call.name(), changed);
        };
    }

    @Test
    void an_attempt_that_breaks_before_it_caught_up_shows_nothing() {
        var answer = StreamedAnswer.of("Hello, world.");
        var caller = JoinedCaller.after(answer.chunks(Style.plain("a", 1)).subList(0, 8));
        var successor = caller.restarts(answer.chunks(Style.plain("b", 1)).subList(0, 7));

        assertThat(successor.caughtUp()).isFalse();
        assertThat(successor.diverged()).isFalse();
        assertThat(caller.seen).hasSize(8);
    }

    @Test
    void nothing_of_a_choice_is_shown_before_every_choice_was_met() {
        var caller = JoinedCaller.after(List.of(content(0, "ab"), content(1, "cd")));
        var successor = caller.restarts(List.of(content(0, "abXX"), end(0), content(1, "c")));
        assertThat(caller.seen).hasSize(2);
        assertThat(successor.caughtUp()).isFalse();

        caller.takes(successor, List.of(content(1, "dYY")));
        assertThat(caller.seen).hasSize(5);
        assertThat(caller.assembled()).contains("\"abXX\"", "\"cdYY\"");
    }

    @Test
    void a_choice_that_has_ended_ends_no_second_time() {
        var sent = List.of(content(0, "ab"), content(1, "c"), end(0));
        var caller = JoinedCaller.after(sent);
        caller.restarts(List.of(content(0, "ab"), content(1, "cd"), end(0), end(1)));
        assertThat(String.join("", caller.seen.subList(3, caller.seen.size()))).doesNotContain("\"index\":0");
        assertThat(caller.assembled()).contains("\"ab\"", "\"cd\"");

        assertThat(JoinedCaller.after(sent)
                        .restarts(List.of(content(0, "abc"), content(1, "c")))
                        .diverged())
                .isTrue();
    }

    @Test
    void indexes_of_tool_calls_go_on_without_a_gap() {
        var answer = StreamedAnswer.of(new Text.Call(1, "f", "{}"), new Text.Call(2, "g", "[]"));
        var caller = JoinedCaller.after(StreamedAnswer.of(new Text.Call(0, "f", "{}"))
                .chunks(Style.plain("a", 1))
                .subList(0, 3));
        caller.restarts(answer.chunks(Style.plain("b", 1)));

        assertThat(completion(caller.seen).at("/choices/0/message/tool_calls")).isEqualTo(read("""
                [{"id":"a-0-0","type":"function","function":{"name":"f","arguments":"{}"}},
                {"id":"b-0-2","type":"function","function":{"name":"g","arguments":"[]"}}]"""));
        assertThat(String.join("", caller.seen)).doesNotContain("\"index\":2");
    }

    @Test
    void a_call_of_which_only_the_id_was_sent_is_waited_for() {
        var caller = JoinedCaller.after(
                List.of("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\"}]}}]}"));
        var successor = caller.restarts(List.of(content(0, "no call"), end(0)));

        assertThat(successor.diverged()).isTrue();
        assertThat(caller.seen).hasSize(1);
    }

    @Test
    void calls_that_repeat_id_type_and_name_are_one_call() {
        var piece = """
                {"choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[
                {"index":0,"id":"%s","type":"function","function":{"name":"f","arguments":"%s"}}]}}]}""";
        var caller = JoinedCaller.after(List.of(piece.formatted("a", "[1"), piece.formatted("a", ",2")));
        caller.restarts(List.of(piece.formatted("b", "[1,"), piece.formatted("b", "2"), piece.formatted("b", "]")));

        assertThat(completion(caller.seen).at("/choices/0/message/tool_calls")).isEqualTo(read("""
                [{"id":"a","type":"function","function":{"name":"f","arguments":"[1,2]"}}]"""));
        assertThat(caller.seen.getLast()).doesNotContain("role", "\"name\"", "\"id\":\"b\"");
    }

    @Test
    void reasoning_that_was_sent_under_both_names_goes_on_under_both() {
        var both = "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"%1$s\",\"reasoning_content\":\"%1$s\"}}]}";
        var one = "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"%s\"}}]}";
        var caller = JoinedCaller.after(List.of(both.formatted("Hm")));
        caller.restarts(List.of(one.formatted("Hmm"), one.formatted("m.")));
        assertThat(completion(caller.seen).at("/choices/0/message")).isEqualTo(read("""
                {"role":"assistant","content":null,"reasoning":"Hmmm.","reasoning_content":"Hmmm."}"""));

        caller = JoinedCaller.after(List.of(one.formatted("Hm")));
        caller.restarts(List.of(both.formatted("Hmm")));
        assertThat(completion(caller.seen).at("/choices/0/message")).isEqualTo(read("""
                {"role":"assistant","content":null,"reasoning_content":"Hmm"}"""));
    }

    @Test
    void logprobs_of_what_was_not_asked_with_them_start_with_the_rest() {
        var caller = JoinedCaller.after(List.of(content(0, "ab")));
        var chunk = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":{\"content\":[%s]}}]}";
        caller.restarts(List.of(chunk.formatted("a", 1), chunk.formatted("bc", 2), chunk.formatted("d", 3)));

        assertThat(completion(caller.seen).at("/choices/0/logprobs/content")).isEqualTo(read("[3]"));
    }

    @Test
    void an_answer_that_holds_back_too_much_is_given_up() {
        var stream = new JoinedStream(400);
        var caller = new JoinedCaller(stream);
        for (var index = 0; index < 2; index++) {
            var sent = content(index, "a").getBytes(StandardCharsets.UTF_8);
            stream.sent(sent, 0, sent.length);
        }
        var successor = caller.restarts(List.of(content(0, "a".repeat(400)), content(1, "a")));

        assertThat(successor.diverged()).isTrue();
        assertThat(caller.seen).isEmpty();
    }

    @Test
    void numbers_and_unknown_members_of_the_rest_come_through() {
        var caller = JoinedCaller.after(List.of(content(0, "a")));
        caller.restarts(List.of(
                "{\"x\":1.50e3,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ab\",\"y\":-0}}],\"usage\":null}"));

        assertThat(caller.seen.getLast()).isEqualTo("""
                {"x":1.50e3,"choices":[{"index":0,"delta":{"content":"b","y":-0}}],"usage":null,"model":"second"}""");
    }

    private static String content(int index, String text) {
        return "{\"choices\":[{\"index\":" + index + ",\"delta\":{\"content\":\"" + text + "\"}}]}";
    }

    private static String end(int index) {
        return "{\"choices\":[{\"index\":" + index + ",\"delta\":{},\"finish_reason\":\"stop\"}]}";
    }

    private static List<String> withoutEnd(List<String> chunks) {
        return chunks.stream()
                .filter(chunk -> !chunk.contains("\"finish_reason\":\"") && !chunk.contains("\"choices\":[]"))
                .toList();
    }

    private static JsonNode completion(List<String> chunks) {
        return read(StreamedAnswer.assembled(chunks));
    }

    private static JsonNode withoutIds(JsonNode completion) {
        for (var choice : completion.path("choices")) {
            choice.at("/message/tool_calls").forEach(call -> ((ObjectNode) call).remove("id"));
        }
        return ((ObjectNode) completion).retain("choices");
    }

    private static JsonNode read(String json) {
        var read = Json.read(json.getBytes(StandardCharsets.UTF_8));
        assertThat(read).as(json).isNotNull();
        return Objects.requireNonNull(read);
    }
}
