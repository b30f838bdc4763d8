package io.dromedary.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.json.Json;
import io.dromedary.testing.ChatEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MergedChoicesTest {
    private final MergedChoices streams = new MergedChoices(calls(2));
    private final ByteArrayBuilder out = new ByteArrayBuilder();
    private final StringBuilder text = new StringBuilder();

    private static List<SingleCall> calls(int count) {
        return IntStream.range(0, count).mapToObj(i -> call(i, 1)).toList();
    }

    private static SingleCall call(int first, int choices) {
        return new SingleCall(ChatRequests.of("{}"), new Dialect.Outgoing(new byte[0], List.of()), first, choices);
    }

    @Test
    void choices_of_several_conversations_are_counted_through() {
        var two = choice("a", "stop") + "," + choice("b", "stop").replace("\"index\":0", "\"index\":1");
        var odd = choice("c", "stop").replace("\"index\":0", "\"index\":7") + "," + choice("d", "stop");

        var merged = MergedChoices.whole(
                List.of(
                        answer("x", 1, two, "").getBytes(UTF_8),
                        answer("y", 1, odd, "").getBytes(UTF_8)),
                List.of(call(0, 2), call(2, 2)));

        assertThat(read(new String(Objects.requireNonNull(merged), UTF_8))
                        .path("choices")
                        .findValuesAsText("index"))
                .containsExactly("0", "1", "3", "2");
    }

    @Test
    void whole_answers_become_one_with_the_firsts_members_and_choices_in_order() {
        var merged = whole(
                answer("chatcmpl-a", 10, choice("first", "stop"), ""),
                answer("chatcmpl-b", 11, choice("second", "length"), ""),
                answer("chatcmpl-c", 12, choice("third", "tool_calls"), ""));

        assertThat(merged).isEqualTo(read("""
                {"id":"chatcmpl-a","object":"chat.completion","created":10,"model":"m","system_fingerprint":"fp",
                "choices":[
                {"index":0,"message":{"role":"assistant","content":"first"},"logprobs":null,"finish_reason":"stop"},
                {"index":1,"message":{"role":"assistant","content":"second"},"logprobs":null,"finish_reason":"length"},
                {"index":2,"message":{"role":"assistant","content":"third"},"logprobs":null,"finish_reason":"tool_calls"}
                ]}"""));
    }

    @Test
    void usage_of_whole_answers_is_summed_with_its_details() {
        var merged = whole(
                answer("a", 1, choice("x", "stop"), """
                        ,"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"cost":0.5,"tier":"a",
                        "prompt_tokens_details":{"cached_tokens":4,"audio_tokens":null},"more":null}"""),
                answer("b", 1, choice("y", "stop"), """
                        ,"usage":{"prompt_tokens":5,"completion_tokens":9223372036854775807,"total_tokens":14,"cost":0.25,
                        "tier":"b","prompt_tokens_details":{"cached_tokens":5,"audio_tokens":2},
                        "completion_tokens_details":{"reasoning_tokens":3},"more":1}"""),
                answer("c", 1, choice("z", "stop"), ",\"usage\":null"));

        assertThat(merged.path("usage")).isEqualTo(read("""
                {"prompt_tokens":10,"completion_tokens":9223372036854775814,"total_tokens":26,"cost":0.75,"tier":"a",
                "prompt_tokens_details":{"cached_tokens":9,"audio_tokens":2},"more":1,
                "completion_tokens_details":{"reasoning_tokens":3}}"""));
    }

    @Test
    void a_whole_answer_that_cannot_be_read_makes_none() {
        var sound = answer("a", 1, choice("x", "stop"), "").getBytes(UTF_8);
        assertThat(MergedChoices.whole(List.of(sound, "{".getBytes(UTF_8)), calls(2)))
                .isNull();
    }

    @Test
    void chunks_pass_as_they_come_each_with_the_number_of_its_stream() {
        add(1, ChatEvents.role(), ChatEvents.text("b1"));
        add(0, ChatEvents.role());
        add(1, ChatEvents.text("b2"));
        add(0, ChatEvents.text("a1"));

        assertThat(events())
                .extracting(event -> event.at("/choices/0/index").asInt() + ":"
                        + event.at("/choices/0/delta/content").asText())
                .containsExactly("1:", "1:b1", "0:", "1:b2", "0:a1");
    }

    @Test
    void all_chunks_have_the_id_and_the_time_of_the_stream_that_began_first() {
        add(1, "{\"id\":\"b\",\"created\":20,\"choices\":[]}");
        add(0, "{\"created\":10,\"id\":\"a\",\"choices\":[]}", "{\"choices\":[]}");

        assertThat(events()).allSatisfy(event -> {
            assertThat(event.path("id").textValue()).isEqualTo("b");
            assertThat(event.path("created").intValue()).isEqualTo(20);
        });
        assertThat(events()).hasSize(3);
    }

    @Test
    void each_choice_has_its_finish_reason_and_done_comes_once_at_the_end() {
        add(0, ChatEvents.text("a"), ChatEvents.finish("stop"), ChatEvents.DONE);
        add(1, ChatEvents.text("b"));
        add(1, ChatEvents.finish("length"), ChatEvents.DONE);
        assertThat(text()).doesNotContain("[DONE]");

        streams.end(out);

        assertThat(text()).endsWith("data: [DONE]\n\n").containsOnlyOnce("[DONE]");
        assertThat(events())
                .filteredOn(event -> event.at("/choices/0/finish_reason").isTextual())
                .extracting(event -> event.at("/choices/0/index").asInt()
                        + event.at("/choices/0/finish_reason").asText())
                .containsExactly("0stop", "1length");
    }

    @Test
    void usage_is_one_chunk_before_the_end_with_the_sum() {
        add(0, ChatEvents.finish("stop"), ChatEvents.usage(3, 4), ChatEvents.DONE);
        add(1, ChatEvents.text("b"), ChatEvents.finish("stop"), ChatEvents.usage(3, 6), ChatEvents.DONE);
        assertThat(events()).noneMatch(event -> event.has("usage"));

        streams.end(out);

        assertThat(events()).filteredOn(event -> event.has("usage")).hasSize(1);
        assertThat(events().getLast()).isEqualTo(read(ChatEvents.usage(6, 10)));
    }

    @Test
    void without_usage_from_the_streams_there_is_none() {
        add(0, ChatEvents.finish("stop"), ChatEvents.DONE);
        add(1, ChatEvents.finish("stop"), ChatEvents.DONE);
        streams.end(out);
        assertThat(text()).doesNotContain("usage");
    }

    @Test
    void usage_beside_a_choice_is_told_at_the_end_too() {
        add(0, "{\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{}}],\"usage\":{\"prompt_tokens\":1}}");
        add(1, "{\"id\":\"b\",\"choices\":[],\"usage\":{\"prompt_tokens\":2}}");
        streams.end(out);

        assertThat(events().getFirst().get("usage").isNull()).isTrue();
        assertThat(events().getLast().at("/usage/prompt_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void tool_calls_keep_their_own_index() {
        add(1, """
                {"id":"a","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c0"},{"index":1,"id":"c1"}]}}]}""");

        assertThat(events().getFirst().path("choices")).isEqualTo(read("""
                [{"index":1,"delta":{"tool_calls":[{"index":0,"id":"c0"},{"index":1,"id":"c1"}]}}]"""));
    }

    @Test
    void an_event_that_is_no_chunk_is_told() {
        assertThat(streams.add(0, "data: 12\n\n".getBytes(UTF_8), out)).isFalse();
        assertThat(new MergedChoices(calls(1)).add(0, "data: {\n\n".getBytes(UTF_8), out))
                .isFalse();
    }

    private void add(int stream, String... data) {
        var framed = new StringBuilder();
        Stream.of(data).forEach(event -> framed.append("data: ").append(event).append("\n\n"));
        assertThat(streams.add(stream, framed.toString().getBytes(UTF_8), out)).isTrue();
    }

    /** All that was written so far. */
    private String text() {
        text.append(new String(out.toByteArray(), UTF_8));
        out.reset();
        return text.toString();
    }

    /** The chunks so far. */
    private List<JsonNode> events() {
        var events = new ArrayList<JsonNode>();
        for (var event : text().split("\n\n", -1)) {
            if (!event.isEmpty() && !event.contains("[DONE]")) {
                events.add(read(event.substring("data: ".length())));
            }
        }
        return events;
    }

    private static JsonNode whole(String... answers) {
        var merged = MergedChoices.whole(
                Stream.of(answers).map(answer -> answer.getBytes(UTF_8)).toList(), calls(answers.length));
        return read(new String(Objects.requireNonNull(merged), UTF_8));
    }

    private static String answer(String id, int created, String choice, String more) {
        return "{\"id\":\"" + id + "\",\"object\":\"chat.completion\",\"created\":" + created
                + ",\"model\":\"m\",\"system_fingerprint\":\"fp\",\"choices\":[" + choice + "]" + more + "}";
    }

    private static String choice(String content, String finish) {
        return "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + content
                + "\"},\"logprobs\":null,\"finish_reason\":\"" + finish + "\"}";
    }

    private static JsonNode read(String json) {
        return Objects.requireNonNull(Json.read(json.getBytes(UTF_8)));
    }
}
