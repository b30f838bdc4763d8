package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.HELLO_STREAM;
import static io.dromedary.backend.dialect.tgi.Tgi.call;
import static io.dromedary.backend.dialect.tgi.Tgi.chunk;
import static io.dromedary.backend.dialect.tgi.Tgi.json;
import static io.dromedary.backend.dialect.tgi.Tgi.read;
import static io.dromedary.backend.dialect.tgi.Tgi.sse;
import static io.dromedary.backend.dialect.tgi.Tgi.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Usage;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiStreamTest {
    private static final String USAGE =
            "{\"object\":\"chat.completion.chunk\",\"id\":\"\",\"created\":1741265140,\"model\":\"base\",\"system_fingerprint\":\"3.3.6\","
                    + "\"choices\":[],\"usage\":{\"prompt_tokens\":39,\"completion_tokens\":3,\"total_tokens\":42}}";
    private static final String WITH_USAGE =
            "{\"model\":\"llama\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
    private static final String WITH_TOOLS =
            "{\"model\":\"llama\",\"stream\":true,\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";
    private static final String DONE = "[DONE]";

    @Test
    void the_role_is_in_the_first_delta_only() {
        var reading = read(HELLO_STREAM, sse(text("Hel", null), text("lo", null), text("", "stop"), DONE));
        assertThat(reading.chunks().stream().map(Tgi.Reading::delta))
                .containsExactly(
                        json("{\"role\":\"assistant\",\"content\":\"Hel\",\"refusal\":null}"),
                        json("{\"content\":\"lo\"}"),
                        json("{}"));
        assertThat(reading.events()).last().isEqualTo(DONE);
    }

    @Test
    void every_chunk_has_the_same_minted_id_the_same_time_and_the_public_model() {
        var later = text("lo", null).replace("1741265133", "1741265139");
        var chunks = read(WITH_USAGE, sse(text("Hel", null), later, text("", "stop"), USAGE, DONE))
                .chunks();
        assertThat(chunks).hasSize(4).allSatisfy(chunk -> {
            assertThat(chunk.path("id").asText()).isEqualTo("chatcmpl-1");
            assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.path("created").asLong()).isEqualTo(1741265133);
            assertThat(chunk.path("model").asText()).isEqualTo("llama");
            assertThat(chunk.path("system_fingerprint").asText()).isEqualTo("3.3.6");
        });
    }

    @Test
    void usage_that_nobody_asked_for_is_counted_and_not_shown() {
        var reading = read(HELLO_STREAM, sse(text("OK", "stop"), USAGE, DONE));
        assertThat(reading.chunks()).hasSize(2).noneMatch(chunk -> chunk.has("usage"));
        assertThat(reading.answer().usage()).isEqualTo(new Usage(39, 3));
    }

    @Test
    void usage_that_was_asked_for_is_null_in_every_chunk_and_full_in_one_before_the_end() {
        var chunks = read(WITH_USAGE, sse(text("OK", "stop"), USAGE, DONE)).chunks();
        assertThat(chunks).hasSize(3);
        assertThat(chunks.subList(0, 2))
                .allMatch(chunk -> chunk.has("usage") && chunk.path("usage").isNull());
        assertThat(chunks.getLast().path("choices")).isEqualTo(json("[]"));
        assertThat(chunks.getLast().path("usage"))
                .isEqualTo(
                        json(
                                "{\"prompt_tokens\":39,\"completion_tokens\":3,\"total_tokens\":42,"
                                        + "\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}"));
    }

    @Test
    void usage_may_stand_in_the_chunk_that_finishes() {
        var finish = text("OK", "stop")
                .replace(
                        "\"usage\":null", "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}");
        var reading = read(WITH_USAGE, sse(finish, DONE));
        assertThat(reading.answer().usage()).isEqualTo(new Usage(1, 2));
        assertThat(reading.chunks()).hasSize(3);
    }

    @Test
    void usage_that_the_backend_did_not_count_is_not_made_up() {
        var reading = read(WITH_USAGE, sse(text("OK", "stop"), DONE));
        assertThat(reading.answer().usage()).isNull();
        assertThat(reading.chunks()).hasSize(2);
        assertThat(reading.answer().failure()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"stop,stop", "length,length", "stop_sequence,stop", "eos_token,stop"})
    void the_finish_reason_stands_alone_in_the_last_chunk(String sent, String reason) {
        var reading = read(HELLO_STREAM, sse(text("OK", null), text("!", sent), DONE));
        assertThat(reading.content()).isEqualTo("OK!");
        assertThat(reading.finishReasons()).containsExactly(reason);
        assertThat(reading.answer().finishReason()).isEqualTo(reason);
        assertThat(Tgi.Reading.delta(reading.chunks().getLast())).isEqualTo(json("{}"));
    }

    @Test
    void an_answer_that_says_nothing_still_has_a_role() {
        var reading = read(HELLO_STREAM, sse(text("", "stop"), DONE));
        assertThat(reading.chunks().stream().map(Tgi.Reading::delta))
                .containsExactly(json("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"), json("{}"));
        assertThat(reading.answer().begun()).isTrue();
    }

    @Test
    void nothing_is_written_for_an_empty_piece() {
        var reading = read(HELLO_STREAM, sse(text("", null), text("OK", "stop"), DONE));
        assertThat(reading.chunks()).hasSize(2);
    }

    @Test
    void the_token_that_old_releases_leave_at_the_end_is_cut_off() {
        var reading = read(HELLO_STREAM, sse(text("2.", null), text("</s>", "eos_token")));
        assertThat(reading.content()).isEqualTo("2.");
        assertThat(reading.finishReasons()).containsExactly("stop");
        assertThat(reading.answer().failure()).isNull();
    }

    @Test
    void logprobs_get_their_bytes_in_every_chunk() {
        var tokens = "\"logprobs\":{\"content\":[{\"token\":\"OK\",\"logprob\":-0.25,\"top_logprobs\":[]}]}";
        var reading = read(HELLO_STREAM, sse(text("OK", "stop").replace("\"logprobs\":null", tokens), DONE));
        assertThat(logprobs(reading.chunks().getFirst()))
                .isEqualTo(
                        json(
                                "{\"refusal\":null,\"content\":[{\"token\":\"OK\",\"logprob\":-0.25,\"bytes\":[79,75],\"top_logprobs\":[]}]}"));
        assertThat(logprobs(reading.chunks().getLast()).isNull()).isTrue();
    }

    // ---- stop strings

    @ParameterizedTest
    @ValueSource(strings = {"STOP", "ST|OP", "S|T|O|P", " b ST|OP", "b| S|TOP", "ST|O|P"})
    void a_stop_string_is_cut_off_however_it_is_split(String pieces) {
        var events = ("a|" + pieces).split("\\|");
        for (var i = 0; i < events.length; i++) {
            events[i] = text(events[i], i == events.length - 1 ? "stop_sequence" : null);
        }
        var reading = read(stopping("\"STOP\""), sse(events) + sse(DONE));
        assertThat(reading.content()).isEqualTo(("a" + pieces.replace("|", "")).replace("STOP", ""));
        assertThat(reading.finishReasons()).containsExactly("stop");
    }

    @Test
    void what_could_become_a_stop_string_is_written_once_it_cannot() {
        var answer = Tgi.answer(stopping("\"STOP\""));
        var out = new ByteArrayBuilder();
        feed(answer, text("a ST", null), out);
        assertThat(drain(out)).contains("\"content\":\"a \"");
        feed(answer, text("A", null), out);
        assertThat(drain(out)).contains("\"content\":\"STA\"");
        feed(answer, text("S", null), out);
        assertThat(drain(out)).isEmpty();
        assertThat(answer.begun()).isTrue();
        feed(answer, text("T", "length"), out);
        assertThat(drain(out)).contains("\"content\":\"ST\"").contains("\"finish_reason\":\"length\"");
    }

    @Test
    void of_several_stop_strings_the_longest_is_cut_off() {
        var reading = read(stopping("[\"P\",\"OP\"]"), sse(text("STO", null), text("P", "stop_sequence"), DONE));
        assertThat(reading.content()).isEqualTo("ST");
    }

    @Test
    void a_stop_string_is_kept_when_something_else_ended_the_answer() {
        assertThat(read(stopping("\"STOP\""), sse(text("a STOP", "length"), DONE))
                        .content())
                .isEqualTo("a STOP");
    }

    @Test
    void the_tokens_of_a_stop_string_are_cut_off_with_it() {
        var reading = read(
                stopping("\"STOP\""),
                sse(
                        withToken(text("a", null), "a"),
                        withToken(text("ST", null), "ST"),
                        withToken(text("OP", "stop_sequence"), "OP"),
                        DONE));
        assertThat(reading.content()).isEqualTo("a");
        assertThat(logprobs(reading.chunks().getFirst()).path("content")).hasSize(1);
        assertThat(logprobs(reading.chunks().getLast()).path("content")).isEmpty();
    }

    @Test
    void the_tokens_of_held_back_text_are_written_with_it() {
        var reading = read(
                stopping("\"STOP\""),
                sse(withToken(text("ST", null), "ST"), withToken(text("AY", "stop"), "AY"), DONE));
        assertThat(reading.content()).isEqualTo("STAY");
        assertThat(logprobs(reading.chunks().getFirst()).path("content")).hasSize(2);
    }

    // ---- tools

    @Test
    void a_tool_call_has_its_id_type_and_name_once_and_a_finish_reason() {
        var reading =
                read(WITH_TOOLS, sse(call("f", "{", null), call(null, "\"a\":", null), call(null, "1}", null), DONE));
        assertThat(reading.chunks().stream().map(Tgi.Reading::delta))
                .containsExactly(
                        json(
                                "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}],\"refusal\":null}"),
                        json("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"a\\\":\"}}]}"),
                        json("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}"),
                        json("{}"));
        assertThat(reading.finishReasons()).containsExactly("tool_calls");
        assertThat(reading.answer().finishReason()).isEqualTo("tool_calls");
        assertThat(reading.answer().begun()).isTrue();
    }

    @Test
    void the_finish_reason_that_is_owed_comes_before_the_usage() {
        var request =
                WITH_TOOLS.replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        var chunks = read(request, sse(call("f", "{}", null), USAGE, DONE)).chunks();
        assertThat(chunks).hasSize(3);
        assertThat(chunks.get(1).path("choices").path(0).path("finish_reason").asText())
                .isEqualTo("tool_calls");
        assertThat(chunks.getLast().path("usage").path("total_tokens").asInt()).isEqualTo(42);
    }

    @Test
    void a_call_that_ran_out_of_tokens_has_the_length() {
        var reading = read(WITH_TOOLS, sse(call("f", "{", null), call(null, "\"a\":\"}", null), USAGE, DONE));
        assertThat(reading.finishReasons()).containsExactly("length");
        assertThat(reading.arguments()).isEqualTo("{\"a\":\"}");
        assertThat(reading.answer().failure()).isNull();
    }

    @Test
    void a_call_that_ran_out_of_tokens_before_its_name_was_known_has_the_length() {
        var reading = read(WITH_TOOLS, sse(USAGE, DONE));
        assertThat(reading.chunks().stream().map(Tgi.Reading::delta))
                .containsExactly(json("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"), json("{}"));
        assertThat(reading.finishReasons()).containsExactly("length");
        assertThat(reading.answer().usage()).isEqualTo(new Usage(39, 3));
    }

    @Test
    void an_answer_that_has_no_chunk_is_dated_by_the_gateway() {
        assertThat(read(WITH_TOOLS, sse(DONE)).chunks())
                .isNotEmpty()
                .allSatisfy(chunk -> assertThat(chunk.path("created").asLong()).isEqualTo(1_800_000_000));
    }

    @Test
    void an_answer_has_begun_with_the_name_of_its_call() {
        var answer = Tgi.answer(WITH_TOOLS);
        feed(answer, call("f", "{", null), new ByteArrayBuilder());
        assertThat(answer.begun()).isTrue();
    }

    @Test
    void an_empty_stream_is_broken_where_no_tool_may_be_called() {
        assertThat(read(HELLO_STREAM, sse(DONE)).answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
        var none = WITH_TOOLS.replace("\"stream\":true", "\"stream\":true,\"tool_choice\":\"none\"");
        assertThat(read(none, sse(DONE)).answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
        assertThat(read(WITH_TOOLS, "").answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void a_complete_call_needs_no_done() {
        var reading = read(WITH_TOOLS, sse(call("f", "{\"a\":\"\\\"}\"}", null)));
        assertThat(reading.finishReasons()).containsExactly("tool_calls");
        assertThat(reading.events()).last().isEqualTo(DONE);
    }

    @Test
    void a_call_that_was_cut_is_broken() {
        var reading = read(WITH_TOOLS, sse(call("f", "{\"a\":", null)));
        assertThat(reading.answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
        assertThat(reading.finishReasons()).isEmpty();
        assertThat(reading.text()).doesNotContain(DONE);
    }

    @Test
    void what_follows_complete_arguments_is_left_out() {
        var reading = read(
                WITH_TOOLS, sse(call("f", "{", null), call(null, "}}<|eot_id|>", null), call("f", "{", null), DONE));
        assertThat(reading.arguments()).isEqualTo("{}");
        assertThat(reading.finishReasons()).containsExactly("tool_calls");
    }

    @Test
    void a_call_without_arguments_gets_the_brace_that_tgi_keeps_back() {
        var reading = read(WITH_TOOLS, sse(call("f", "{", null), text("", "stop"), DONE));
        assertThat(reading.arguments()).isEqualTo("{}");
        assertThat(reading.finishReasons()).containsExactly("tool_calls");
    }

    @Test
    void a_call_that_stopped_for_its_length_has_the_length() {
        var reading = read(WITH_TOOLS, sse(call("f", "{", null), call(null, "\"a\"", "length"), DONE));
        assertThat(reading.arguments()).isEqualTo("{\"a\"");
        assertThat(reading.finishReasons()).containsExactly("length");
    }

    @Test
    void old_releases_send_a_call_as_an_object_with_its_arguments_as_one() {
        var old = chunk(
                "{\"role\":\"assistant\",\"tool_calls\":{\"index\":0,\"id\":\"\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}}",
                "eos_token");
        var reading = read(WITH_TOOLS, sse(old));
        assertThat(reading.arguments()).isEqualTo("{\"a\":1}");
        assertThat(reading.finishReasons()).containsExactly("tool_calls");
    }

    @Test
    void no_tool_was_chosen_is_an_ordinary_answer() {
        var reading = read(WITH_TOOLS, sse(text("I", null), text(" am", null), text("", "stop"), DONE));
        assertThat(reading.content()).isEqualTo("I am");
        assertThat(reading.finishReasons()).containsExactly("stop");
    }

    @Test
    void text_before_a_call_is_written_before_it() {
        var request = WITH_TOOLS.replace("\"stream\":true", "\"stream\":true,\"stop\":\"STOP\"");
        var reading = read(request, sse(text("ST", null), call("f", "{}", null), DONE));
        assertThat(reading.content()).startsWith("ST");
        assertThat(Tgi.Reading.delta(reading.chunks().get(1)).has("role")).isFalse();
        assertThat(reading.finishReasons()).containsExactly("tool_calls");
    }

    // ---- errors, cuts and oddities

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Model is overloaded|Overloaded",
                "Input validation error: `top_p` must be > 0.0 and < 1.0|Rejected",
                "Input validation error: `inputs` must have less than 10 tokens. Given: 11|ContextTooLong",
                "Request failed during generation: Server error: CUDA out of memory|Faulty",
                "Incomplete generation stream|Faulty",
                "Tool error: Tool with name x not found|Rejected",
                "Template error: Conversation roles must alternate|Rejected",
                "Something else|Faulty"
            })
    void an_error_event_is_what_its_message_says(String message, String failure) {
        var error = "{\"error\":{\"message\":" + json('"' + message + '"') + ",\"http_status_code\":422}}";
        var first = read(HELLO_STREAM, sse(error, text("never", null), DONE));
        assertThat(name(first)).isEqualTo(failure);
        assertThat(first.text()).isEmpty();
        assertThat(first.answer().begun()).isFalse();
        assertThat(first.answer().done()).isTrue();

        var later = read(HELLO_STREAM, sse(text("Hello", null), error, text("never", "stop"), DONE));
        assertThat(name(later)).isEqualTo(failure);
        assertThat(later.content()).isEqualTo("Hello");
        assertThat(later.finishReasons()).isEmpty();
        assertThat(later.text()).doesNotContain(DONE);
        assertThat(later.answer().begun()).isTrue();
    }

    @Test
    void an_error_as_plain_text_is_one_too() {
        var reading = read(HELLO_STREAM, sse("{\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}"));
        assertThat(reading.answer().failure()).isEqualTo(new AttemptFailure.Overloaded(429, "overloaded", null));
    }

    @Test
    void an_error_after_the_finish_reason_does_not_undo_the_answer() {
        var reading = read(HELLO_STREAM, sse(text("OK", "stop"), "{\"error\":{\"message\":\"late\"}}", DONE));
        assertThat(reading.answer().failure()).isNull();
        assertThat(reading.events()).last().isEqualTo(DONE);
    }

    @Test
    void a_stream_without_a_finish_reason_is_never_given_one() {
        for (var end : new String[] {"", sse(DONE)}) {
            var reading = read(HELLO_STREAM, sse(text("Hello", null)) + end);
            assertThat(reading.answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
            assertThat(reading.finishReasons()).isEmpty();
            assertThat(reading.text()).doesNotContain(DONE);
        }
    }

    @Test
    void text_that_ends_without_a_finish_reason_is_broken_although_tools_were_offered() {
        assertThat(read(WITH_TOOLS, sse(text("Hello", null), DONE)).answer().failure())
                .isInstanceOf(AttemptFailure.Broken.class);
    }

    @Test
    void a_finish_reason_without_done_is_complete() {
        var reading = read(HELLO_STREAM, sse(text("OK", "stop")));
        assertThat(reading.answer().failure()).isNull();
        assertThat(reading.answer().done()).isFalse();
        assertThat(reading.events()).last().isEqualTo(DONE);
    }

    @Test
    void what_follows_done_is_not_read() {
        var reading = read(HELLO_STREAM, sse(text("OK", "stop"), DONE, text("more", null), "{\"error\":\"x\"}"));
        assertThat(reading.content()).isEqualTo("OK");
        assertThat(reading.answer().failure()).isNull();
    }

    @Test
    void events_that_are_not_json_are_dropped_and_counted() {
        var reading = read(HELLO_STREAM, sse(text("O", null), "{\"choices\":", "oops", "[1]", text("K", "stop"), DONE));
        assertThat(reading.content()).isEqualTo("OK");
        assertThat(reading.answer().dropped()).isEqualTo(3);
        assertThat(reading.answer().failure()).isNull();
    }

    @Test
    void chunks_without_choices_or_delta_are_harmless() {
        var reading = read(
                HELLO_STREAM,
                sse(
                        "{\"choices\":[]}",
                        "{\"choices\":null}",
                        "{}",
                        "{\"choices\":[{\"index\":0,\"finish_reason\":null}]}",
                        "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"other\"},\"finish_reason\":\"stop\"}]}",
                        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":null}}]}",
                        text("OK", "stop"),
                        DONE));
        assertThat(reading.content()).isEqualTo("OK");
        assertThat(reading.answer().dropped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void the_framing_of_old_releases_and_of_proxies_is_read(String newline) {
        var sse = ("\ufeff: hello\n\ndata:" + text("OK", null) + "\n\n:\n\nevent: message\ndata:  " + text("!", "stop")
                        + "\n\ndata:[DONE]\n\n")
                .replace("\n", newline);
        var reading = read(HELLO_STREAM, sse);
        assertThat(reading.content()).isEqualTo("OK!");
        assertThat(reading.answer().done()).isTrue();
    }

    @Test
    void characters_survive_being_cut_anywhere() {
        var sse = sse(text("Grüße, 世界 🐪", null), text("", "stop"), DONE);
        for (var piece = 1; piece < 9; piece++) {
            assertThat(read(HELLO_STREAM, sse, piece).content()).isEqualTo("Grüße, 世界 🐪");
        }
    }

    private static String name(Tgi.Reading reading) {
        var failure = reading.answer().failure();
        return failure == null ? "none" : failure.getClass().getSimpleName();
    }

    private static String stopping(String stop) {
        return "{\"model\":\"llama\",\"stream\":true,\"messages\":[],\"stop\":" + stop + "}";
    }

    private static String withToken(String chunk, String token) {
        return chunk.replace(
                "\"logprobs\":null",
                "\"logprobs\":{\"content\":[{\"token\":\"" + token + "\",\"logprob\":-1.0,\"top_logprobs\":[]}]}");
    }

    private static JsonNode logprobs(JsonNode chunk) {
        return chunk.path("choices").path(0).path("logprobs");
    }

    private static void feed(ChatAnswer answer, String data, ByteArrayBuilder out) {
        var bytes = data.getBytes(StandardCharsets.UTF_8);
        answer.event(bytes, 0, bytes.length, out);
    }

    private static String drain(ByteArrayBuilder out) {
        var text = new String(out.toByteArray(), StandardCharsets.UTF_8);
        out.reset();
        return text;
    }
}
