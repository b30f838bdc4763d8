package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.Usage;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ServedTier;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiWholeTest {
    private static final String STOPPING = "{\"model\":\"llama\",\"messages\":[],\"stop\":[\"P\",\"STOP\"]}";

    @Test
    void a_plain_answer_gets_an_id_the_public_model_and_the_members_that_clients_look_up() {
        var answer = read(Tgi.HELLO, recorded("chat_plain.json"));
        assertThat(answer).isEqualTo(json("""
                                {"id":"chatcmpl-2","object":"chat.completion","created":1741265133,"model":"llama",
                                 "choices":[{"index":0,"message":{"role":"assistant","content":"OK!","refusal":null},
                                             "logprobs":null,"finish_reason":"stop"}],
                                 "usage":{"prompt_tokens":39,"completion_tokens":29,"total_tokens":68,
                                          "prompt_tokens_details":{"cached_tokens":0},
                                          "completion_tokens_details":{"reasoning_tokens":0}},
                                 "system_fingerprint":"3.3.6-dev0-sha-db931fc"}"""));
    }

    @Test
    void an_answer_says_the_tier_that_served_it_whole_or_streamed() {
        var tier = ServedTier.of(ServiceTier.FLEX, "flex", Tgi.target().capabilities(), Map.of(), false);
        var target = Tgi.target().serving(tier);
        var body =
                whole("{\"role\":\"assistant\",\"content\":\"a\"}", "eos_token").getBytes(StandardCharsets.UTF_8);
        var answer = Tgi.dialect().answer(Tgi.request(Tgi.HELLO), target).whole(body);
        assertThat(new String(Objects.requireNonNull(answer), StandardCharsets.UTF_8))
                .contains("\"model\":\"llama\",\"service_tier\":\"flex\"");
        var stream = Tgi.dialect().answer(Tgi.requestWith("\"stream\":true"), target);
        var out = new ByteArrayBuilder();
        var chunk = Tgi.text("a", null).getBytes(StandardCharsets.UTF_8);
        stream.event(chunk, 0, chunk.length, out);
        assertThat(new String(out.toByteArray(), StandardCharsets.UTF_8))
                .contains("\"model\":\"llama\",\"service_tier\":\"flex\"");
        assertThat(stream.pieces()).isOne();
    }

    @Test
    void a_tool_call_gets_content_an_id_and_a_finish_reason_and_loses_its_description() {
        var choice = read(Tgi.HELLO, recorded("chat_tool.json")).path("choices").path(0);
        assertThat(choice).isEqualTo(json("""
                                {"index":0,"message":{"role":"assistant","content":null,"tool_calls":[
                                   {"id":"call_3","type":"function","function":{"name":"get_current_weather",
                                    "arguments":"{\\"location\\":\\"Brooklyn, NY\\",\\"format\\":\\"fahrenheit\\"}"}}],"refusal":null},
                                 "logprobs":null,"finish_reason":"tool_calls"}"""));
    }

    @Test
    void arguments_that_are_an_object_become_text() {
        var calls = read(
                        Tgi.HELLO,
                        whole(
                                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":0,\"type\":\"function\",\"function\":{\"description\":null,\"name\":\"f\",\"arguments\":{\"a\":[1.5,\"x\"]}}}]}",
                                "eos_token"))
                .path("choices")
                .path(0)
                .path("message")
                .path("tool_calls");
        assertThat(calls.path(0).path("function").path("arguments").asText()).isEqualTo("{\"a\":[1.5,\"x\"]}");
    }

    @Test
    void logprobs_get_their_bytes() {
        var logprobs = read(Tgi.HELLO, recorded("chat_logprobs.json"))
                .path("choices")
                .path(0)
                .path("logprobs");
        assertThat(logprobs).isEqualTo(json("""
                                {"refusal":null,"content":[{"token":"OK","logprob":-0.01,"bytes":[79,75],"top_logprobs":[
                                   {"token":"OK","logprob":-0.01,"bytes":[79,75]},{"token":"Ok","logprob":-4.5,"bytes":[79,107]}]}]}"""));
    }

    @Test
    void bytes_of_logprobs_are_utf_8() {
        var body = whole("{\"role\":\"assistant\",\"content\":\"é\"}", "stop")
                .replace(
                        "\"logprobs\":null",
                        "\"logprobs\":{\"content\":[{\"token\":\"é\",\"logprob\":-1.0,\"top_logprobs\":[]}]}");
        assertThat(read(Tgi.HELLO, body)
                        .path("choices")
                        .path(0)
                        .path("logprobs")
                        .path("content")
                        .path(0)
                        .path("bytes"))
                .isEqualTo(json("[195,169]"));
    }

    @ParameterizedTest
    @CsvSource({"stop,stop", "length,length", "stop_sequence,stop", "eos_token,stop", "something_new,stop"})
    void finish_reasons_are_those_of_openai(String sent, String read) {
        var answer = Tgi.answer(Tgi.HELLO);
        var bytes = answer.whole(utf8(whole("{\"role\":\"assistant\",\"content\":\"OK\"}", sent)));
        assertThat(bytes).isNotNull();
        assertThat(answer.finishReason()).isEqualTo(read);
    }

    @Test
    void the_stop_string_that_ended_an_answer_is_cut_off() {
        var body = whole("{\"role\":\"assistant\",\"content\":\"a STOP b STOP\"}", "stop_sequence");
        assertThat(content(read(STOPPING, body))).isEqualTo("a STOP b ");
    }

    @Test
    void a_stop_string_is_kept_when_something_else_ended_the_answer() {
        var body = whole("{\"role\":\"assistant\",\"content\":\"a STOP\"}", "length");
        assertThat(content(read(STOPPING, body))).isEqualTo("a STOP");
    }

    @Test
    void the_tokens_of_a_stop_string_are_cut_off_with_it() {
        var tokens =
                "{\"content\":[{\"token\":\"a\",\"logprob\":-1},{\"token\":\"ST\",\"logprob\":-1},{\"token\":\"OP\",\"logprob\":-1}]}";
        var body = whole("{\"role\":\"assistant\",\"content\":\"aSTOP\"}", "stop_sequence")
                .replace("\"logprobs\":null", "\"logprobs\":" + tokens);
        assertThat(read(STOPPING, body).path("choices").path(0).path("logprobs").path("content"))
                .hasSize(1);
    }

    @Test
    void an_answer_without_a_stop_string_of_the_request_is_left_alone() {
        assertThat(content(read(Tgi.HELLO, recorded("chat_stopseq.json")))).isEqualTo("OK");
    }

    @Test
    void what_is_known_of_the_answer_is_told() {
        var answer = Tgi.answer(Tgi.HELLO);
        answer.whole(utf8("\n\n  " + whole("{\"role\":\"assistant\",\"content\":\"OK\"}", "stop")));
        assertThat(answer.usage()).isEqualTo(new Usage(39, 29));
        assertThat(answer.finishReason()).isEqualTo("stop");
        assertThat(answer.begun()).isTrue();
        assertThat(answer.failure()).isNull();
    }

    @Test
    void an_answer_without_usage_or_time_is_still_one() {
        var answer = read(
                Tgi.HELLO,
                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"OK\"},\"finish_reason\":\"stop\"}]}");
        assertThat(answer.has("usage")).isFalse();
        assertThat(answer.path("created").asLong()).isEqualTo(1_800_000_000);
    }

    @Test
    void an_error_object_in_a_200_is_what_it_says() {
        var answer = Tgi.answer(Tgi.HELLO);
        assertThat(answer.whole(utf8("{\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}")))
                .isNull();
        assertThat(answer.failure()).isInstanceOf(AttemptFailure.Overloaded.class);
        assertThat(answer.begun()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "[]",
                "\"OK\"",
                "<html>",
                "{\"choices\":[",
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":null}",
                "{\"choices\":[{\"message\":{\"content\":\"OK\"},\"finish_reason\":null}]}",
                "{\"choices\":[{\"finish_reason\":\"stop\"}]}"
            })
    void what_is_no_answer_is_broken(String body) {
        var answer = Tgi.answer(Tgi.HELLO);
        assertThat(answer.whole(utf8(body))).isNull();
        assertThat(answer.failure()).isInstanceOf(AttemptFailure.Broken.class);
    }

    private static String content(JsonNode answer) {
        return answer.path("choices").path(0).path("message").path("content").asText();
    }

    private static String recorded(String file) {
        return Tgi.recorded("tgi-wire/" + file);
    }

    private static String whole(String message, String finishReason) {
        return "{\"object\":\"chat.completion\",\"id\":\"\",\"created\":1741265133,\"model\":\"base\","
                + "\"system_fingerprint\":\"3.3.6\",\"choices\":[{\"index\":0,\"message\":" + message
                + ",\"logprobs\":null,\"finish_reason\":\"" + finishReason
                + "\"}],\"usage\":{\"prompt_tokens\":39,\"completion_tokens\":29,\"total_tokens\":68}}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read(String request, String body) {
        var answer = Tgi.answer(request);
        var bytes = answer.whole(utf8(body));
        assertThat(answer.failure()).isNull();
        assertThat(bytes).isNotNull();
        return json(new String(bytes, StandardCharsets.UTF_8));
    }
}
