package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ModelName;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.StreamedAnswer.Style;
import io.dromedary.api.chat.StreamedAnswer.Text;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered, and whether and from where it can be gone on. */
final class JoinedStreamTest {
    private static final ModelName SECOND = new ModelName("second");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // delta of the only chunk | to be compared | to be continued
                "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}|true|false",
                "{\"content\":\"a\"}|true|true",
                "{\"content\":\"a\",\"reasoning_content\":\"\",\"tool_calls\":[],\"audio\":null}|true|true",
                "{\"content\":\"a\\ud83d\"}|true|false",
                "{\"content\":\"a\\ud83d\\ude00\"}|true|true",
                "{\"content\":\"a\",\"reasoning_content\":\"b\"}|true|false",
                "{\"content\":\"a\",\"refusal\":\"b\"}|true|false",
                "{\"content\":\"a\",\"tool_calls\":[{\"index\":0,\"id\":\"c\"}]}|true|false",
                "{\"content\":[{\"type\":\"text\"}]}|false|false",
                "{\"content\":\"a\",\"annotations\":[]}|true|true",
                "{\"content\":\"a\",\"annotations\":[{}]}|false|false",
                "{\"content\":\"a\",\"unknown\":1}|false|false",
                "{\"audio\":{\"id\":\"a\"}}|false|false",
                "{\"function_call\":{\"name\":\"f\"}}|false|false",
            })
    void what_was_sent_decides_how_it_can_be_gone_on(String delta, boolean joinable, boolean continuable) {
        var stream = JoinedCaller.after(List.of(chunk(0, delta, ""))).stream;

        assertThat(stream.joinable()).isEqualTo(joinable);
        assertThat(stream.continuable()).isEqualTo(continuable);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ",\"logprobs\":{\"content\":[],\"refusal\":null}|true|true",
                ",\"logprobs\":{\"content\":[{\"token\":\"a\"}]}|false|false",
                ",\"token_ids\":[1]|false|false",
                ",\"stop_reason\":\"a\",\"token_ids\":[]|true|true",
                ",\"finish_reason\":\"stop\"|true|false",
            })
    void what_stands_beside_the_delta_decides_too(String beside, boolean joinable, boolean continuable) {
        var stream = JoinedCaller.after(List.of(chunk(0, "{\"content\":\"a\"}", beside))).stream;

        assertThat(stream.joinable()).isEqualTo(joinable);
        assertThat(stream.continuable()).isEqualTo(continuable);
    }

    @Test
    void several_choices_can_be_compared_and_not_continued() {
        var stream = JoinedCaller.after(
                        List.of(chunk(0, "{\"content\":\"a\"}", ""), chunk(1, "{\"content\":\"b\"}", "")))
                .stream;

        assertThat(stream.joinable()).isTrue();
        assertThat(stream.continuable()).isFalse();
        assertThatThrownBy(() -> stream.continuing(SECOND, null)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nothing_sent_is_the_beginning_of_every_answer() {
        var caller = JoinedCaller.after(List.of());
        assertThat(caller.stream.joinable()).isTrue();
        assertThat(caller.stream.continuable()).isFalse();

        var chunks = StreamedAnswer.of("hello").chunks(Style.plain("b", 2));
        assertThat(caller.restarts(chunks).caughtUp()).isTrue();
        assertThat(caller.assembled()).contains("\"hello\"", "\"id\":\"chatcmpl-b\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[DONE]", "{", "", "\"a\""})
    void an_event_that_is_no_chunk_cannot_be_joined(String event) {
        var stream = JoinedCaller.after(List.of(chunk(0, "{\"content\":\"a\"}", ""), event)).stream;

        assertThat(stream.joinable()).isFalse();
        assertThatThrownBy(() -> stream.restarting(SECOND)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void beyond_the_limit_nothing_can_be_joined() {
        var chunk = chunk(0, "{\"content\":\"a\"}", "").getBytes(UTF_8);
        var stream = new JoinedStream(2 * (chunk.length + 1));
        stream.sent(chunk, 0, chunk.length);
        stream.sent(chunk, 0, chunk.length);
        assertThat(stream.textSoFar()).isEqualTo("aa");
        assertThat(stream.joinable()).isTrue();

        stream.sent(chunk, 0, chunk.length);
        assertThat(stream.joinable()).isFalse();
        stream.sent(chunk, 0, 1);
        assertThat(stream.joinable()).isFalse();

        var smaller = new JoinedStream(chunk.length);
        smaller.sent(chunk, 0, chunk.length);
        assertThat(smaller.joinable()).isFalse();
    }

    @Test
    void bytes_are_copied_when_they_are_sent() {
        var chunk = chunk(0, "{\"content\":\"a\"}", "").getBytes(UTF_8);
        var stream = new JoinedStream();
        stream.sent(chunk, 0, chunk.length);
        chunk[chunk.length - 10] = 'b';

        assertThat(stream.textSoFar()).isEqualTo("a");
    }

    @Test
    void a_continued_stream_is_one_stream() {
        var caller = JoinedCaller.after(
                StreamedAnswer.of("Hello wo").chunks(Style.plain("a", 1)).subList(0, 9));
        assertThat(caller.stream.textSoFar()).isEqualTo("Hello wo");
        assertThat(caller.stream.tokensSoFar(null)).isEqualTo(8);

        var successor = caller.continues(StreamedAnswer.of("rld.").chunks(Style.plain("b", 1)));

        assertThat(successor.caughtUp()).isTrue();
        assertThat(successor.diverged()).isFalse();
        assertThat(caller.seen)
                .allSatisfy(chunk -> assertThat(chunk).contains("chatcmpl-a", "\"created\":" + "a".hashCode()));
        assertThat(caller.seen.subList(9, caller.seen.size()))
                .allSatisfy(chunk -> assertThat(chunk).contains("\"model\":\"second\""));
        assertThat(String.join("", caller.seen)).containsOnlyOnce("\"role\"");
        assertThat(caller.assembled())
                .contains("\"Hello world.\"", "\"finish_reason\":\"stop\"")
                // six chunks of the second, eight of the first
                .contains("{\"prompt_tokens\":7,\"completion_tokens\":14,\"total_tokens\":21}");
    }

    @Test
    void a_continuation_may_break_and_be_continued() {
        var first = StreamedAnswer.of("Hello").chunks(Style.plain("a", 1)).subList(0, 4);
        var caller = JoinedCaller.after(first);
        caller.takes(
                caller.stream.continuing(SECOND, new Usage(5, 30)),
                StreamedAnswer.of("lo wo").chunks(Style.plain("b", 1)).subList(0, 5));
        assertThat(caller.stream.textSoFar()).isEqualTo("Hello w");
        assertThat(caller.stream.tokensSoFar(null)).isEqualTo(34);
        assertThat(caller.stream.tokensSoFar(new Usage(9, 6))).isEqualTo(36);

        var successor = caller.takes(
                caller.stream.continuing(new ModelName("third"), new Usage(9, 6)),
                StreamedAnswer.of("orld").chunks(Style.plain("c", 1)));

        assertThat(caller.assembled()).contains("\"Hello world\"", "\"completion_tokens\":42,\"total_tokens\":49");
        assertThat(successor.usage(new Usage(10, 4, 3, 2))).isEqualTo(new Usage(10, 40, 3, 2));
    }

    @Test
    void a_restart_that_caught_up_counts_for_all_that_was_sent() {
        var answer = StreamedAnswer.of("Hello world");
        var caller = JoinedCaller.after(answer.chunks(Style.plain("a", 1)).subList(0, 6));
        var restarted = caller.restarts(answer.chunks(Style.plain("b", 1)).subList(0, 9));
        assertThat(restarted.usage(new Usage(10, 4))).isEqualTo(new Usage(10, 4));
        assertThat(caller.stream.textSoFar()).isEqualTo("Hello wo");
        assertThat(caller.stream.tokensSoFar(new Usage(10, 4))).isEqualTo(4);
        assertThat(caller.stream.tokensSoFar(null)).isEqualTo(8);

        caller.continues(StreamedAnswer.of("rld").chunks(Style.plain("c", 1)));
        assertThat(caller.assembled()).contains("\"Hello world\"");
    }

    @Test
    void a_continuation_may_call_tools() {
        var caller = JoinedCaller.after(
                StreamedAnswer.of("Let me").chunks(Style.plain("a", 10)).subList(0, 2));
        caller.continues(StreamedAnswer.of(new Text.Member("content", " see"), new Text.Call(3, "f", "{}"))
                .chunks(Style.plain("b", 10)));

        assertThat(caller.assembled()).contains("\"Let me see\"", "\"id\":\"b-0-3\"");
        assertThat(String.join("", caller.seen))
                .contains("\"tool_calls\":[{\"index\":0,")
                .doesNotContain("\"index\":3");
    }

    @Test
    void what_comes_after_a_finish_reason_is_left_out() {
        var caller = JoinedCaller.after(List.of(chunk(0, "{\"content\":\"a\"}", "")));
        caller.continues(List.of(
                chunk(0, "{\"content\":\"b\"}", ",\"finish_reason\":\"stop\""),
                chunk(0, "{\"content\":\"c\"}", ",\"finish_reason\":\"length\"")));

        assertThat(caller.seen).hasSize(2);
        assertThat(caller.assembled()).contains("\"ab\"", "\"stop\"");
    }

    private static String chunk(int index, String delta, String beside) {
        return "{\"id\":\"x\",\"created\":1,\"choices\":[{\"index\":" + index + beside + ",\"delta\":" + delta + "}]}";
    }
}
