package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -Dfuzz.long} tries twenty times as many cuts. */
final class AssembledCompletionTest {
    private static final int CASES = System.getProperty("fuzz.long") == null ? 200 : 4_000;
    private static final long SEED = Long.getLong("fuzz.seed", 20_260_201L);

    @Test
    void the_chunks_of_a_stream_make_one_completion() {
        var whole = StreamedAnswer.assembled(List.of("""
                {"id":"c1","object":"chat.completion.chunk","created":17,"model":"m","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}""", """
                {"id":"c2","object":"chat.completion.chunk","created":18,"model":"n","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}],"usage":null}""", """
                {"id":"c2","object":"chat.completion.chunk","created":18,"model":"n","choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}],"usage":null}""", """
                {"id":"c2","object":"chat.completion.chunk","created":18,"model":"n","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}"""));

        assertThat(whole).isEqualTo("""
                {"id":"c1","object":"chat.completion","created":17,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello","refusal":null},"logprobs":null,"finish_reason":"stop"}],"service_tier":"default","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|{\"role\":\"assistant\",\"content\":null}",
                "{\"content\":null}|{\"role\":\"assistant\",\"content\":null}",
                "{\"content\":\"\"}|{\"role\":\"assistant\",\"content\":\"\"}",
                "{\"role\":\"tool\"}|{\"role\":\"tool\",\"content\":null}",
                "{\"refusal\":\"no\"}|{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}",
                "{\"tool_calls\":[],\"x\":null}|{\"role\":\"assistant\",\"content\":null}",
                "{\"annotations\":[]}|{\"role\":\"assistant\",\"content\":null,\"annotations\":[]}",
            })
    void a_message_has_a_role_and_content_and_otherwise_what_was_there(String delta, String message) {
        assertThat(message(delta)).isEqualTo(Json.read(message.getBytes(UTF_8)));
    }

    @Test
    void texts_of_every_kind_are_joined() {
        assertThat(message(
                        "{\"role\":\"assistant\",\"reasoning_content\":\"a\"}",
                        "{\"role\":\"assistant\",\"reasoning_content\":\"b\",\"content\":\"c\"}",
                        "{\"content\":\"d\",\"refusal\":\"e\",\"other\":\"f\"}",
                        "{\"refusal\":\"g\",\"other\":\"h\"}"))
                .isEqualTo(read("""
                        {"role":"assistant","content":"cd","refusal":"eg","reasoning_content":"ab","other":"fh"}"""));
    }

    @Test
    void tool_calls_are_merged_by_their_index() {
        assertThat(message("""
                        {"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]}""", """
                        {"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{"}},
                        {"index":1,"id":"b","function":{"name":"g","arguments":"[1"}}]}""", """
                        {"tool_calls":[{"index":1,"function":{"arguments":"]"}},{"index":0,"id":"","function":{"arguments":"}"}}]}""")).isEqualTo(read("""
                        {"role":"assistant","content":null,"tool_calls":[
                        {"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},
                        {"id":"b","type":"function","function":{"name":"g","arguments":"[1]"}}]}"""));
    }

    @Test
    void a_call_without_arguments_or_type_gets_what_clients_need() {
        assertThat(message("{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}]}")
                        .path("tool_calls"))
                .isEqualTo(read("""
                        [{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]"""));
    }

    @Test
    void custom_calls_and_legacy_calls_are_merged_too() {
        assertThat(message("""
                        {"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"f","input":"x"}}],
                        "function_call":{"name":"g","arguments":"{"}}""", """
                        {"tool_calls":[{"index":0,"custom":{"input":"y"}}],"function_call":{"arguments":"}"}}""")).isEqualTo(read("""
                        {"role":"assistant","content":null,
                        "tool_calls":[{"id":"a","type":"custom","custom":{"name":"f","input":"xy"}}],
                        "function_call":{"name":"g","arguments":"{}"}}"""));
    }

    @Test
    void audio_has_its_data_and_transcript_joined() {
        assertThat(message(
                                "{\"audio\":{\"id\":\"au\",\"transcript\":\"He\"}}",
                                "{\"audio\":{\"id\":\"au\",\"data\":\"QUJD\",\"transcript\":\"llo\"}}",
                                "{\"audio\":{\"data\":\"REVG\",\"expires_at\":17}}")
                        .path("audio"))
                .isEqualTo(read("""
                        {"id":"au","transcript":"Hello","data":"QUJDREVG","expires_at":17}"""));
    }

    @Test
    void lists_are_appended_and_text_among_them_becomes_a_part() {
        assertThat(message("{\"annotations\":[1]}", "{\"annotations\":[2,3]}").path("annotations"))
                .isEqualTo(read("[1,2,3]"));
        assertThat(message(
                                "{\"content\":\"a\"}",
                                "{\"content\":[{\"type\":\"thinking\"}]}",
                                "{\"content\":\"b\"}",
                                "{\"content\":\"c\"}")
                        .path("content"))
                .isEqualTo(read("""
                        [{"type":"text","text":"a"},{"type":"thinking"},{"type":"text","text":"bc"}]"""));
    }

    @Test
    void logprobs_are_appended() {
        var whole = read(StreamedAnswer.assembled(List.of("""
                {"choices":[{"index":0,"delta":{},"logprobs":{"content":[{"token":"a","logprob":-0.50}],"refusal":null}}]}""", """
                {"choices":[{"index":0,"delta":{},"logprobs":null}]}""", """
                {"choices":[{"index":0,"delta":{},"logprobs":{"content":[{"token":"b","logprob":-1e-3}],"refusal":[]}}]}""")));

        assertThat(whole.at("/choices/0/logprobs")).isEqualTo(read("""
                {"content":[{"token":"a","logprob":-0.50},{"token":"b","logprob":-1e-3}],"refusal":[]}"""));
    }

    @Test
    void numbers_keep_their_text() {
        assertThat(StreamedAnswer.assembled(List.of("""
                {"created":1.50e3,"x":[-0,0.10,1E400,123456789012345678901234567890],"choices":[]}"""))).isEqualTo("""
                {"object":"chat.completion","created":1.50e3,"choices":[],"x":[-0,0.10,1E400,123456789012345678901234567890]}""");
    }

    @Test
    void the_last_value_that_is_not_null_counts_for_what_is_not_text() {
        var whole = read(StreamedAnswer.assembled(List.of("""
                {"a":1,"b":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop","stop_reason":"a","ids":[1]}],"usage":{"n":1}}""", """
                {"a":2,"b":null,"choices":[{"index":0,"delta":{},"finish_reason":null,"stop_reason":"b","ids":[2]}],"usage":{"n":2}}""", """
                {"a":null,"choices":[{"index":0,"message":{"content":"all"}}],"usage":null}""")));

        assertThat(whole).isEqualTo(read("""
                {"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":null},
                "logprobs":null,"finish_reason":"stop","stop_reason":"b","ids":[1,2]}],"a":2,"b":"x","usage":{"n":2}}"""));
    }

    @Test
    void choices_stand_in_the_order_of_their_indexes() {
        var whole = read(StreamedAnswer.assembled(List.of("""
                {"choices":[{"index":2,"delta":{"content":"c"}},{"delta":{"content":"a"}}]}""", """
                {"choices":[{"index":1,"delta":{"content":"b"}}]}""")));

        assertThat(whole.path("choices"))
                .extracting(choice -> choice.at("/message/content").textValue())
                .containsExactly("a", "b", "c");
    }

    @Test
    void it_is_complete_when_every_choice_has_ended() {
        var completion = new AssembledCompletion();
        assertThat(completion.complete()).isFalse();
        add(completion, "{\"choices\":[{\"index\":0,\"delta\":{}},{\"index\":1,\"finish_reason\":\"stop\"}]}");
        assertThat(completion.complete()).isFalse();
        add(completion, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}");
        assertThat(completion.complete()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[DONE]", "[1]", "null", "\"a\"", "{", "{\"id\":1}x", "{\"id\":NaN}", "{\"id\":1}{}"})
    void what_is_no_json_object_is_passed_over(String data) {
        assertThat(StreamedAnswer.assembled(List.of(data)))
                .isEqualTo("{\"object\":\"chat.completion\",\"choices\":[]}");
    }

    @Test
    void bytes_that_are_not_utf_8_cost_a_character_and_not_the_chunk() {
        var completion = new AssembledCompletion();
        var chunk = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a?b\"}}]}".getBytes(UTF_8);
        chunk["{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a".length()] = (byte) 0xe2;
        completion.add(chunk, 0, chunk.length);

        assertThat(read(new String(completion.toBytes(), UTF_8)).at("/choices/0/message/content"))
                .isEqualTo(read("\"a\ufffdb\""));
    }

    @Test
    void half_a_surrogate_pair_is_made_whole_by_the_next_chunk_or_stays_an_escape() {
        assertThat(StreamedAnswer.assembled(List.of("""
                {"choices":[{"index":0,"delta":{"content":"a\\ud83d"}}]}""", """
                {"choices":[{"index":0,"delta":{"content":"\\ude00\\ud83d"}}]}"""))).contains("\"a😀\\ud83d\"");
    }

    @Test
    void however_an_answer_is_cut_it_is_put_together_the_same() {
        var random = new Random(SEED);
        for (var i = 0; i < CASES; i++) {
            var answer = StreamedAnswer.random(random, 1 + random.nextInt(3));
            var uncut = StreamedAnswer.assembled(answer.chunks(StreamedAnswer.Style.plain("a", 1 << 20)));
            var cut = StreamedAnswer.assembled(answer.chunks(StreamedAnswer.Style.of("a", random)));

            assertThat(answer(cut)).as("seed %d, case %d", SEED, i).isEqualTo(answer(uncut));
        }
    }

    private static JsonNode message(String... deltas) {
        var chunks = List.of(deltas).stream()
                .map(delta -> "{\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}")
                .toList();
        return read(StreamedAnswer.assembled(chunks)).at("/choices/0/message");
    }

    private static void add(AssembledCompletion completion, String chunk) {
        var bytes = chunk.getBytes(UTF_8);
        completion.add(bytes, 0, bytes.length);
    }

    /** Without the usage, which counts chunks. */
    private static JsonNode answer(String json) {
        var answer = (ObjectNode) read(json);
        answer.remove("usage");
        return answer;
    }

    private static JsonNode read(String json) {
        var read = Json.read(json.getBytes(UTF_8));
        assertThat(read).as(json).isNotNull();
        return Objects.requireNonNull(read);
    }
}
