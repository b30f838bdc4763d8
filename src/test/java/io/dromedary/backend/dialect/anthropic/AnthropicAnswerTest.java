package io.dromedary.backend.dialect.anthropic;

import static io.dromedary.backend.dialect.anthropic.Anthropic.NEW;
import static io.dromedary.backend.dialect.anthropic.Anthropic.OLD;
import static io.dromedary.backend.dialect.anthropic.Anthropic.to;
import static io.dromedary.backend.dialect.anthropic.Anthropic.with;
import static io.dromedary.backend.dialect.blocks.Spoken.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.blocks.Spoken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnthropicAnswerTest {
    private static final String WHOLE = with("\"stream\":false");
    private static final String STREAM = with("\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    private static final String STRUCTURED = """
            "response_format":{"type":"json_schema","json_schema":{"name":"p","schema":{"type":"object"}}}""";
    private static final String START =
            "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":4,"
                    + "\"cache_creation_input_tokens\":2,\"output_tokens\":1}}}";
    private static final String STOP = "{\"type\":\"message_stop\"}";

    private static String message(String content, String reason) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[" + content
                + "],\"stop_reason\":\"" + reason + "\",\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":4,"
                + "\"cache_creation_input_tokens\":2,\"output_tokens\":7,\"service_tier\":\"standard\"}}";
    }

    private static String stream(String... events) {
        var text = new StringBuilder();
        for (var event : events) {
            text.append("event: ")
                    .append(json(event).path("type").asText())
                    .append("\ndata: ")
                    .append(event)
                    .append("\n\n");
        }
        return text.toString();
    }

    private static String delta(String reason) {
        return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                + "\"},\"usage\":{\"output_tokens\":7}}";
    }

    private static String block(int index, String block) {
        return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
    }

    private static String piece(int index, String delta) {
        return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
    }

    private static String end(int index) {
        return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
    }

    @Test
    void a_whole_answer_has_its_texts_joined_its_calls_and_all_tokens_of_its_prompt() {
        var answer = to(NEW).whole(WHOLE, message("""
                        {"type":"text","text":"I "},{"type":"text","text":"look."},
                        {"type":"tool_use","id":"toolu_1","name":"look","input":{"at":"Oslo"}},
                        {"type":"tool_use","id":"toolu_2","name":"rest","input":{}}""", "tool_use"));

        assertThat(answer).isEqualTo(json("""
                {"id":"chatcmpl-1","object":"chat.completion","created":1800000000,"model":"chat-model",
                 "choices":[{"index":0,"message":{"role":"assistant","content":"I look.","tool_calls":[
                   {"id":"toolu_1","type":"function","function":{"name":"look","arguments":"{\\"at\\":\\"Oslo\\"}"}},
                   {"id":"toolu_2","type":"function","function":{"name":"rest","arguments":"{}"}}],"refusal":null},
                   "logprobs":null,"finish_reason":"tool_calls"}],
                 "usage":{"prompt_tokens":16,"completion_tokens":7,"total_tokens":23,
                   "prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},
                   "completion_tokens_details":{"reasoning_tokens":0}}}"""));
    }

    @Test
    void thinking_is_reasoning_with_what_it_takes_to_send_it_again() {
        var message = to(NEW).whole(WHOLE, message("""
                        {"type":"thinking","thinking":"hm","signature":"sig"},{"type":"redacted_thinking","data":"x"},
                        {"type":"text","text":"Yes"}""", "end_turn")).at("/choices/0/message");

        assertThat(message).isEqualTo(json("""
                {"role":"assistant","content":"Yes","reasoning_content":"hm","reasoning_details":[
                  {"type":"reasoning.text","text":"hm","signature":"sig"},{"type":"reasoning.encrypted","data":"x"}],
                 "refusal":null}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "pause_turn, stop",
        "max_tokens, length",
        "model_context_window_exceeded, length",
        "refusal, content_filter",
        "tool_use, stop"
    })
    void reasons_to_stop_are_told_in_openais_words(String theirs, String ours) {
        var answer = to(NEW).whole(WHOLE, message("{\"type\":\"text\",\"text\":\"Yes\"}", theirs));

        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo(ours);
    }

    @Test
    void the_answer_through_a_tool_is_the_content() {
        var request = with(STRUCTURED);
        var call = "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json_answer\",\"input\":{\"age\":3}}";

        var answer = to(OLD).whole(request, message("{\"type\":\"text\",\"text\":\"Sure:\"}," + call, "tool_use"));

        assertThat(answer.at("/choices/0/message"))
                .isEqualTo(json("{\"role\":\"assistant\",\"content\":\"{\\\"age\\\":3}\",\"refusal\":null}"));
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void the_answer_through_a_tool_is_streamed_as_content() {
        var heard = to(OLD).stream(
                with(STRUCTURED + ",\"stream\":true"),
                stream(
                        START,
                        block(0, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json_answer\",\"input\":{}}"),
                        piece(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"age\\\"\"}"),
                        piece(0, "{\"type\":\"input_json_delta\",\"partial_json\":\":3}\"}"),
                        end(0),
                        delta("tool_use"),
                        STOP));

        assertThat(heard.joined("content")).isEqualTo("{\"age\":3}");
        assertThat(heard.calls()).isEmpty();
        assertThat(heard.answer().finishReason()).isEqualTo("stop");
    }

    @Test
    void words_are_the_content_where_the_answer_did_not_come_through_its_tool() {
        var text = "{\"type\":\"text\",\"text\":\"I look.\"}";
        var call = "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"look\",\"input\":{}}";

        var called = to(OLD).whole(with(STRUCTURED), message(text + "," + call, "tool_use"));
        assertThat(called.at("/choices/0/message/content").asText()).isEqualTo("I look.");
        assertThat(called.at("/choices/0/message/tool_calls/0/id").asText()).isEqualTo("t");
        assertThat(called.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");

        var cut = to(OLD).whole(with(STRUCTURED), message(text, "max_tokens"));
        assertThat(cut.at("/choices/0/message/content").asText()).isEqualTo("I look.");

        var callAlone = to(OLD).whole(with(STRUCTURED), message(call, "tool_use"));
        assertThat(callAlone.at("/choices/0/message/content").isNull()).isTrue();
    }

    @Test
    void words_of_a_stream_come_when_it_is_known_that_they_are_the_content() {
        var request = with(STRUCTURED + ",\"stream\":true");
        var words = new String[] {
            block(0, "{\"type\":\"text\",\"text\":\"\"}"),
            piece(0, "{\"type\":\"text_delta\",\"text\":\"I \"}"),
            piece(0, "{\"type\":\"text_delta\",\"text\":\"look.\"}"),
            end(0)
        };

        var called = to(OLD).stream(
                request,
                stream(START)
                        + stream(words)
                        + stream(
                                block(1, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"look\",\"input\":{}}"),
                                end(1),
                                delta("tool_use"),
                                STOP));
        assertThat(called.joined("content")).isEqualTo("I look.");
        assertThat(called.calls()).hasSize(1);
        assertThat(called.answer().finishReason()).isEqualTo("tool_calls");

        var answered = to(OLD).stream(
                request,
                stream(START)
                        + stream(words)
                        + stream(
                                block(1, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json_answer\",\"input\":{}}"),
                                piece(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
                                end(1),
                                delta("tool_use"),
                                STOP));
        assertThat(answered.joined("content")).isEqualTo("{}");
    }

    @Test
    void a_stream_of_thinking_text_and_calls_side_by_side() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
                        piece(0, "{\"type\":\"thinking_delta\",\"thinking\":\"h\"}"),
                        piece(0, "{\"type\":\"thinking_delta\",\"thinking\":\"m\"}"),
                        piece(0, "{\"type\":\"signature_delta\",\"signature\":\"sig\"}"),
                        end(0),
                        block(1, "{\"type\":\"redacted_thinking\",\"data\":\"x\"}"),
                        end(1),
                        block(2, "{\"type\":\"text\",\"text\":\"\"}"),
                        piece(2, "{\"type\":\"text_delta\",\"text\":\"Yes \\u00e9\"}"),
                        end(2),
                        block(3, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"look\",\"input\":{}}"),
                        piece(3, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"),
                        piece(3, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"at\\\":1}\"}"),
                        end(3),
                        block(4, "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"rest\",\"input\":{}}"),
                        end(4),
                        "{\"type\":\"something_new\"}",
                        delta("tool_use"),
                        STOP));

        assertThat(heard.joined("reasoning_content")).isEqualTo("hm");
        assertThat(heard.details())
                .containsExactly(
                        json("{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"sig\"}"),
                        json("{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}"));
        assertThat(heard.joined("content")).isEqualTo("Yes \u00e9");
        assertThat(heard.calls()).containsExactly("0 look a", "1 rest b");
        assertThat(heard.arguments(0)).isEqualTo("{\"at\":1}");
        assertThat(heard.arguments(1)).isEqualTo("{}");
        assertThat(heard.events()).last().isEqualTo("[DONE]");
        assertThat(heard.chunks().getLast()).isEqualTo(json("""
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1800000000,"model":"chat-model",
                 "choices":[],"usage":{"prompt_tokens":16,"completion_tokens":7,"total_tokens":23,
                   "prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2},
                   "completion_tokens_details":{"reasoning_tokens":0}}}"""));
        assertThat(heard.answer().usage()).isEqualTo(new Usage(16, 7, 4, 0));
        assertThat(heard.answer().finishReason()).isEqualTo("tool_calls");
        assertThat(heard.answer().dropped()).isEqualTo(1);
    }

    @Test
    void pieces_of_blocks_that_are_open_together_find_their_own_call() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        block(0, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"look\",\"input\":{}}"),
                        block(1, "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"rest\",\"input\":{}}"),
                        piece(0, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\"\"}"),
                        piece(1, "{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"),
                        piece(0, "{\"type\":\"input_json_delta\",\"partial_json\":\":1}\"}"),
                        end(0),
                        end(1),
                        delta("tool_use"),
                        STOP));

        assertThat(heard.arguments(0)).isEqualTo("{\"x\":1}");
        assertThat(heard.arguments(1)).isEqualTo("{}");
    }

    @Test
    void blocks_may_begin_with_what_they_say() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        block(0, "{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"sig\"}"),
                        end(0),
                        block(1, "{\"type\":\"text\",\"text\":\"Yes\"}"),
                        end(1),
                        block(2, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"look\",\"input\":{\"at\":1}}"),
                        end(2),
                        delta("tool_use"),
                        STOP));

        assertThat(heard.details())
                .containsExactly(json("{\"type\":\"reasoning.text\",\"text\":\"hm\",\"signature\":\"sig\"}"));
        assertThat(heard.joined("reasoning_content")).isEqualTo("hm");
        assertThat(heard.joined("content")).isEqualTo("Yes");
        assertThat(heard.arguments(0)).isEqualTo("{\"at\":1}");
    }

    @Test
    void what_nobody_knows_is_left_out_and_counted() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        "{\"type\":\"ping\"}",
                        block(0, "{\"type\":\"server_tool_use\",\"id\":\"s\"}"),
                        piece(0, "{\"type\":\"citations_delta\",\"citation\":{}}"),
                        end(0),
                        delta("end_turn"),
                        STOP));
        assertThat(heard.answer().dropped()).isEqualTo(2);
        assertThat(heard.calls()).isEmpty();

        var whole = to(NEW).answer(WHOLE);
        assertThat(whole.whole(message(
                                "{\"type\":\"server_tool_use\",\"id\":\"s\"},{\"type\":\"text\",\"text\":\"a\"}",
                                "end_turn")
                        .getBytes(StandardCharsets.UTF_8)))
                .isNotNull();
        assertThat(whole.dropped()).isEqualTo(1);
    }

    @Test
    void the_stop_is_the_last_word_and_the_count_that_comes_with_the_reason_the_last_one() {
        var answer = to(NEW).stream(
                        STREAM,
                        stream(
                                START,
                                piece(0, "{\"type\":\"text_delta\",\"text\":\"a\"}"),
                                piece(0, "{\"type\":\"text_delta\",\"text\":\"b\"}"),
                                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
                                        + "\"usage\":{\"output_tokens\":1}}",
                                STOP,
                                piece(0, "{\"type\":\"text_delta\",\"text\":\"c\"}")))
                .answer();

        assertThat(answer.done()).isTrue();
        assertThat(answer.pieces()).isEqualTo(2);
        assertThat(answer.usage()).isEqualTo(new Usage(16, 1, 4, 0));
    }

    @Test
    void a_whole_refusal_says_why_and_thoughts_are_paragraphs() {
        var refused = message(
                        "{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"thinking\",\"thinking\":\"\"},"
                                + "{\"type\":\"thinking\",\"thinking\":\"ah\"}",
                        "refusal")
                .replace("\"usage\"", "\"stop_details\":{\"explanation\":\"Not this.\"},\"usage\"");

        var message = to(NEW).whole(WHOLE, refused).at("/choices/0/message");

        assertThat(message.path("refusal").asText()).isEqualTo("Not this.");
        assertThat(message.path("reasoning_content").asText()).isEqualTo("hm\n\nah");
    }

    @Test
    void an_answer_that_says_nothing_has_its_role_all_the_same() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        block(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
                        end(0),
                        delta("end_turn"),
                        STOP));

        assertThat(heard.chunks().getFirst().at("/choices/0/delta"))
                .isEqualTo(json("{\"role\":\"assistant\",\"content\":\"\"}"));
        assertThat(heard.details()).isEmpty();
    }

    @Test
    void thoughts_without_a_signature_and_signatures_without_thoughts_are_details_too() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        piece(0, "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}"),
                        end(0),
                        piece(1, "{\"type\":\"signature_delta\",\"signature\":\"sig\"}"),
                        end(1),
                        delta("end_turn"),
                        STOP));

        assertThat(heard.details())
                .containsExactly(
                        json("{\"type\":\"reasoning.text\",\"text\":\"hm\"}"),
                        json("{\"type\":\"reasoning.text\",\"text\":\"\",\"signature\":\"sig\"}"));
    }

    @Test
    void every_piece_counts_until_the_backend_has_counted() {
        var answer = to(NEW).stream(
                        STREAM,
                        stream(
                                        START,
                                        piece(0, "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}"),
                                        piece(1, "{\"type\":\"text_delta\",\"text\":\"a\"}"),
                                        block(2, "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"look\",\"input\":{}}"),
                                        piece(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\"}"))
                                + "data: oops\n\n")
                .answer();

        assertThat(answer.pieces()).isEqualTo(3);
        assertThat(answer.usage()).isEqualTo(new Usage(16, 3, 4, 0));
        assertThat(answer.dropped()).isEqualTo(1);
        assertThat(answer.done()).isFalse();
    }

    @Test
    void the_tier_that_served_is_told_in_our_words() {
        var asked = to(NEW).served(ServiceTier.DEFAULT, "auto");

        assertThat(asked.whole(WHOLE, message("{\"type\":\"text\",\"text\":\"a\"}", "end_turn"))
                        .path("service_tier")
                        .asText())
                .isEqualTo("default");
        assertThat(asked.whole(WHOLE, message("", "end_turn").replace("standard", "priority"))
                        .path("service_tier")
                        .asText())
                .isEqualTo("priority");
    }

    @Test
    void a_stream_has_its_role_once_and_no_usage_that_was_not_asked_for() {
        var heard = to(NEW).stream(
                with("\"stream\":true"),
                stream(
                        START,
                        block(0, "{\"type\":\"text\",\"text\":\"\"}"),
                        piece(0, "{\"type\":\"text_delta\",\"text\":\"a\"}"),
                        piece(0, "{\"type\":\"text_delta\",\"text\":\"b\"}"),
                        delta("end_turn"),
                        STOP));

        assertThat(heard.chunks().getFirst()).isEqualTo(json("""
                {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1800000000,"model":"chat-model",
                 "choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"logprobs":null,"finish_reason":null}]}
                """));
        assertThat(heard.chunks().get(1).at("/choices/0/delta")).isEqualTo(json("{\"content\":\"b\"}"));
        assertThat(heard.chunks().get(2).at("/choices/0")).isEqualTo(json("""
                {"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}"""));
        assertThat(heard.text()).doesNotContain("usage");
    }

    @Test
    void an_overload_within_a_stream_is_one() {
        var error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}";

        var first = to(NEW).stream(STREAM, stream(START, error));
        assertThat(first.answer().begun()).isFalse();
        assertThat(first.answer().failure())
                .isInstanceOfSatisfying(
                        AttemptFailure.Overloaded.class,
                        overloaded -> assertThat(overloaded.status()).isEqualTo(529));
        var late = to(NEW).stream(STREAM, stream(START, piece(0, "{\"type\":\"text_delta\",\"text\":\"a\"}"), error));
        assertThat(late.answer().begun()).isTrue();
        assertThat(late.answer().failure()).isInstanceOf(AttemptFailure.Overloaded.class);
        assertThat(late.text()).doesNotContain("[DONE]");
    }

    @Test
    void an_error_after_the_reason_to_stop_comes_too_late_to_matter() {
        var error = "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"}}";

        var heard = to(NEW).stream(
                STREAM, stream(START, piece(0, "{\"type\":\"text_delta\",\"text\":\"a\"}"), delta("end_turn"), error));

        assertThat(heard.answer().failure()).isNull();
        assertThat(heard.events()).last().isEqualTo("[DONE]");
    }

    @Test
    void a_stream_without_a_reason_to_stop_was_cut_and_counts_what_has_come() {
        var heard = to(NEW).stream(
                STREAM,
                stream(
                        START,
                        piece(0, "{\"type\":\"text_delta\",\"text\":\"a\"}"),
                        piece(0, "{\"type\":\"text_delta\",\"text\":\"b\"}"),
                        piece(0, "{\"type\":\"text_delta\",\"text\":\"c\"}")));

        assertThat(heard.answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
        assertThat(heard.answer().usage()).isEqualTo(new Usage(16, 3, 4, 0));
    }

    @Test
    void what_is_no_answer_fails() {
        for (var body : new String[] {"", "[]", "{}", "{\"content\":[]}"}) {
            var answer = to(NEW).answer(WHOLE);
            assertThat(answer.whole(body.getBytes(StandardCharsets.UTF_8)))
                    .as(body)
                    .isNull();
            assertThat(answer.failure()).isInstanceOf(AttemptFailure.Broken.class);
        }
        var error = to(NEW).answer(WHOLE);
        assertThat(error.whole("{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal\"}}"
                        .getBytes(StandardCharsets.UTF_8)))
                .isNull();
        assertThat(error.failure()).isInstanceOf(AttemptFailure.Faulty.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 1 << 20})
    void recorded_streams_read_the_same_wherever_they_are_cut(int piece) throws IOException {
        var basic = recorded("basic_response", piece);
        assertThat(basic.joined("content")).isEqualTo("Hello there!");
        assertThat(basic.answer().finishReason()).isEqualTo("stop");
        assertThat(basic.answer().usage()).isEqualTo(new Usage(11, 6));

        var call = recorded("tool_use_response", piece);
        assertThat(call.joined("content")).isEqualTo("I'll check the current weather in Paris for you.");
        assertThat(call.calls()).containsExactly("0 get_weather toolu_01NRLabsLyVHZPKxbKvkfSMn");
        assertThat(call.arguments(0)).isEqualTo("{\"location\": \"Paris\"}");
        assertThat(call.answer().finishReason()).isEqualTo("tool_calls");
        assertThat(call.answer().usage()).isEqualTo(new Usage(377, 65));

        var cut = recorded("incomplete_partial_json_response", piece);
        assertThat(cut.arguments(0)).startsWith("{\"filename\": \"taxes.txt").endsWith("Filing taxes");
        assertThat(cut.answer().finishReason()).isEqualTo("length");

        var refused = recorded("refusal_response", piece);
        assertThat(refused.joined("refusal")).isEqualTo("This request was refused due to policy.");
        assertThat(refused.answer().finishReason()).isEqualTo("content_filter");
    }

    private static Spoken.Heard recorded(String name, int piece) throws IOException {
        var file = Path.of("..", "shared", "wire", "anthropic-fixtures", name + ".sse");
        assumeTrue(Files.exists(file), file + " is not there");
        return to(NEW).stream(STREAM, Files.readAllBytes(file), piece);
    }
}
