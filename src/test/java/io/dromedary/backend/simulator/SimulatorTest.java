package io.dromedary.backend.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SimulatorTest {
    private static final String WEATHER = """
            {"type": "function", "function": {"name": "get_weather", "parameters": {
              "type": "object",
              "properties": {
                "city": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                "days": {"type": "integer"}},
              "required": ["city", "unit"]}}}
            """;
    private static final String TIME = """
            {"type": "function", "function": {"name": "get_time"}}
            """;

    private final AtomicInteger made = new AtomicInteger();
    private final Simulator simulator = new Simulator(
            prefix -> prefix + made.incrementAndGet(), InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000)));

    @Test
    void it_says_back_what_the_user_said() {
        assertThat(text(simulator.chat(request("Hello big world", ""))))
                .isEqualTo("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1700000000,"
                        + "\"model\":\"simulator\",\"service_tier\":\"default\",\"system_fingerprint\":\"simulator\","
                        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello big world\","
                        + "\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":3,\"total_tokens\":6,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
                        + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
                        + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}");
    }

    @Test
    void it_says_that_it_served_by_the_tier_that_was_asked_for() {
        assertThat(text(simulator.chat(request("Hello", "\"service_tier\": \"flex\","))))
                .contains("\"service_tier\":\"flex\"");
        assertThat(text(simulator.chat(request("Hello", "\"service_tier\": \"auto\","))))
                .contains("\"service_tier\":\"default\"");
    }

    @Test
    void a_stream_goes_word_by_word() {
        var simulation = simulator.chat(request("Hello world", "\"stream\": true,"));
        assertThat(simulation.status()).isEqualTo(200);
        assertThat(simulation.body()).isNull();
        assertThat(simulation.events().stream().map(event -> new String(event, UTF_8)))
                .containsExactly(
                        chunk("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null", "null"),
                        chunk("\"content\":\"Hello\"", "null"),
                        chunk("\"content\":\" world\"", "null"),
                        chunk("", "\"stop\""),
                        "data: [DONE]\n\n");
    }

    private static String chunk(String delta, String finishReason) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,"
                + "\"model\":\"simulator\",\"service_tier\":\"default\",\"system_fingerprint\":\"simulator\","
                + "\"choices\":[{\"index\":0,\"delta\":{" + delta + "},\"logprobs\":null,\"finish_reason\":"
                + finishReason + "}]}\n\n";
    }

    @Test
    void a_stream_ends_with_usage_when_it_is_wanted() {
        var events = simulator
                .chat(request("Hello world", "\"stream\": true, \"stream_options\": {\"include_usage\": true},"))
                .events();
        assertThat(events).hasSize(6);
        for (var event : events.subList(0, 4)) {
            var chunk = data(event);
            assertThat(chunk.has("usage")).isTrue();
            assertThat(chunk.get("usage").isNull()).isTrue();
        }
        var last = data(events.get(4));
        assertThat(last.get("choices")).isEmpty();
        assertThat(last.get("usage").get("prompt_tokens").asInt()).isEqualTo(2);
        assertThat(last.get("usage").get("completion_tokens").asInt()).isEqualTo(2);
        assertThat(last.get("usage").get("total_tokens").asInt()).isEqualTo(4);
        assertThat(new String(events.get(5), UTF_8)).isEqualTo("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @CsvSource({"say:Good morning,Good morning", "Please say: this,this", "essay:nothing,essay:nothing", "say:,''"})
    void it_says_what_it_is_told_to_say(String told, String said) {
        assertThat(content(simulator.chat(request(told, "")))).isEqualTo(said);
    }

    @Test
    void the_last_user_message_counts_and_all_are_tokens() {
        var answer = simulator.chat(utf8("""
                {"model": "m", "messages": [
                  {"role": "system", "content": "Be brief"},
                  {"role": "user", "content": "One"},
                  {"role": "assistant", "content": "Two words"},
                  {"role": "user", "content": "Three"},
                  {"role": "assistant", "content": null}]}
                """));
        assertThat(content(answer)).isEqualTo("Three");
        assertThat(json(answer).at("/usage/prompt_tokens").asInt()).isEqualTo(6);
    }

    @Test
    void without_a_user_it_says_the_last_message() {
        var answer = simulator.chat(
                utf8("{\"model\": \"m\", \"messages\": [{\"role\": \"developer\", \"content\": \"Begin\"}]}"));
        assertThat(content(answer)).isEqualTo("Begin");
    }

    @Test
    void messages_may_be_a_bare_string() {
        assertThat(content(simulator.chat(utf8("{\"model\": \"m\", \"messages\": \"Hi there\"}"))))
                .isEqualTo("Hi there");
    }

    @Test
    void parts_that_are_not_text_are_described_in_words() {
        var answer = simulator.chat(utf8("""
                {"model": "m", "messages": [{"role": "user", "content": [
                  {"type": "text", "text": "Look:"},
                  {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                  {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                  {"type": "file", "file": {"file_id": "file-1"}}]}]}
                """));
        assertThat(content(answer)).isEqualTo("Look: [image] [audio] [file]");
        assertThat(json(answer).at("/usage/prompt_tokens").asInt()).isEqualTo(4);
    }

    @Test
    void text_survives_quoting() {
        assertThat(content(simulator.chat(request("a \\\"b\\\" \\\\ \\n\\u0001 ü 🐪", ""))))
                .isEqualTo("a \"b\" \\ \n\u0001 ü 🐪");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"tool_choice\": \"auto\",", "\"tool_choice\": \"required\","})
    void it_calls_the_first_tool(String choice) {
        var answer = simulator.chat(request("Paris", choice + "\"tools\": [" + WEATHER + "," + TIME + "],"));
        assertThat(json(answer).at("/choices/0")).isEqualTo(tree("""
                                {"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": [
                                  {"id": "call_2", "type": "function", "function": {"name": "get_weather",
                                   "arguments": "{\\"city\\": \\"Paris\\", \\"unit\\": \\"celsius\\"}"}}],
                                 "refusal": null, "annotations": []}, "logprobs": null, "finish_reason": "tool_calls"}
                                """));
        assertThat(json(answer).at("/usage/completion_tokens").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"function\", \"function\": {\"name\": \"get_time\"}}",
                "{\"type\": \"allowed_tools\", \"allowed_tools\": {\"mode\": \"required\", \"tools\": "
                        + "[{\"type\": \"function\", \"function\": {\"name\": \"get_time\"}}]}}"
            })
    void it_calls_the_tool_that_is_named(String choice) {
        var answer = simulator.chat(
                request("Now", "\"tool_choice\": " + choice + ", \"tools\": [" + WEATHER + "," + TIME + "],"));
        assertThat(json(answer).at("/choices/0/message/tool_calls/0/function"))
                .isEqualTo(tree("{\"name\": \"get_time\", \"arguments\": \"{}\"}"));
    }

    @Test
    void it_calls_no_tool_when_it_may_not() {
        var answer = simulator.chat(request("Paris", "\"tool_choice\": \"none\", \"tools\": [" + WEATHER + "],"));
        assertThat(content(answer)).isEqualTo("Paris");
    }

    @Test
    void told_to_say_something_it_calls_a_tool_only_when_it_must() {
        var tools = "\"tools\": [" + WEATHER + "],";
        assertThat(content(simulator.chat(request("say:no", tools)))).isEqualTo("no");
        assertThat(json(simulator.chat(request("say:no", "\"tool_choice\": \"required\"," + tools)))
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void a_custom_tool_gets_the_text_as_it_is() {
        var answer = simulator.chat(request(
                "rm -rf",
                "\"tools\": [{\"type\": \"custom\", \"custom\": {\"name\": \"shell\"}}],"
                        + "\"tool_choice\": {\"type\": \"custom\", \"custom\": {\"name\": \"shell\"}},"));
        assertThat(json(answer).at("/choices/0/message/tool_calls/0")).isEqualTo(tree("""
                                {"id": "call_2", "type": "custom", "custom": {"name": "shell", "input": "rm -rf"}}
                                """));
    }

    @Test
    void a_streamed_call_has_its_name_first_and_then_its_arguments_in_pieces() {
        var events = simulator
                .chat(request("Paris", "\"stream\": true, \"tools\": [" + WEATHER + "],"))
                .events();
        assertThat(data(events.getFirst()).at("/choices/0/delta")).isEqualTo(tree("""
                                {"role": "assistant", "content": null, "refusal": null, "tool_calls": [{"index": 0,
                                 "id": "call_2", "type": "function", "function": {"name": "get_weather", "arguments": ""}}]}
                                """));
        var arguments = new StringBuilder();
        for (var event : events.subList(1, events.size() - 2)) {
            var call = data(event).at("/choices/0/delta/tool_calls/0");
            assertThat(call.has("id")).isFalse();
            arguments.append(call.at("/function/arguments").asText());
        }
        assertThat(arguments).hasToString("{\"city\": \"Paris\", \"unit\": \"celsius\"}");
        assertThat(data(events.get(events.size() - 2))
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo("tool_calls");
    }

    @Test
    void after_a_tools_result_it_reports_the_result() {
        var answer = simulator.chat(utf8("""
                {"model": "m", "tool_choice": "required", "tools": [%s], "messages": [
                  {"role": "user", "content": "Weather?"},
                  {"role": "assistant", "tool_calls": [{"id": "a", "type": "function",
                   "function": {"name": "get_weather", "arguments": "{}"}}]},
                  {"role": "tool", "tool_call_id": "a", "content": "Sunny"},
                  {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "21 degrees"}]}]}
                """.formatted(WEATHER)));
        assertThat(content(answer)).isEqualTo("Sunny\n21 degrees");
    }

    @Test
    void json_object_holds_the_text() {
        var format = "\"response_format\": {\"type\": \"json_object\"},";
        assertThat(content(simulator.chat(request("Hello \\\"you\\\"", format))))
                .isEqualTo("{\"text\": \"Hello \\\"you\\\"\"}");
        assertThat(content(simulator.chat(request("say:{\\\"a\\\":1}", format))))
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void json_schema_is_satisfied() {
        var answer = simulator.chat(request("Ada", """
                "response_format": {"type": "json_schema", "json_schema": {"name": "person", "strict": true, "schema": {
                  "type": "object", "additionalProperties": false, "required": ["name", "age", "tags"], "properties": {
                    "name": {"type": "string"}, "age": {"type": "integer", "minimum": 18},
                    "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2}}}}},
                """));
        assertThat(content(answer)).isEqualTo("{\"name\": \"Ada\", \"age\": 18, \"tags\": [\"Ada\", \"Ada\"]}");
    }

    @Test
    void each_choice_is_there_and_paid_for() {
        var answer = json(simulator.chat(request("Hello world", "\"n\": 3,")));
        assertThat(answer.get("choices")).hasSize(3);
        assertThat(answer.at("/choices/2/index").asInt()).isEqualTo(2);
        assertThat(answer.at("/choices/2/message/content").asText()).isEqualTo("Hello world");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(6);
    }

    @Test
    void streamed_choices_take_turns() {
        var events =
                simulator.chat(request("Hi", "\"n\": 2, \"stream\": true,")).events();
        assertThat(events).hasSize(7);
        for (var i = 0; i < 6; i++) {
            assertThat(data(events.get(i)).at("/choices/0/index").asInt()).isEqualTo(i % 2);
        }
        assertThat(data(events.get(3)).at("/choices/0/delta/content").asText()).isEqualTo("Hi");
    }

    @Test
    void each_choice_has_a_call_of_its_own() {
        var answer = json(simulator.chat(request("Hi", "\"n\": 2, \"tools\": [" + TIME + "],")));
        assertThat(answer.at("/choices/0/message/tool_calls/0/id").asText()).isEqualTo("call_2");
        assertThat(answer.at("/choices/1/message/tool_calls/0/id").asText()).isEqualTo("call_3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"stop\": \"three\",", "\"stop\": [\"four\", \"three\"],"})
    void it_ends_before_a_stop_text(String stop) {
        var answer = simulator.chat(request("one two three four", stop));
        assertThat(content(answer)).isEqualTo("one two ");
        assertThat(json(answer).at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"max_tokens\": 2,",
                "\"max_completion_tokens\": 2,",
                "\"max_tokens\": 9, \"max_completion_tokens\": 2,",
                "\"max_tokens\": 2, \"max_completion_tokens\": null, \"stop\": \"four\","
            })
    void it_says_no_more_than_it_may(String limit) {
        var answer = simulator.chat(request("one two three four", limit));
        assertThat(content(answer)).isEqualTo("one two");
        assertThat(json(answer).at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(json(answer).at("/usage/completion_tokens").asInt()).isEqualTo(2);
    }

    @Test
    void a_call_that_is_too_long_is_cut() {
        var answer = json(simulator.chat(request("Paris", "\"max_tokens\": 2, \"tools\": [" + WEATHER + "],")));
        assertThat(answer.at("/choices/0/message/tool_calls/0/function/arguments")
                        .asText())
                .isEqualTo("{\"city\": \"Paris\",");
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    }

    @Test
    void no_answer_is_longer_than_the_most() {
        var answer = json(simulator.chat(request("word ".repeat(Simulator.MAX_TOKENS), "\"n\": 2,")));
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(Simulator.MAX_TOKENS);
        assertThat(answer.at("/choices/1/finish_reason").asText()).isEqualTo("length");
    }

    @Test
    void logprobs_name_each_token_and_its_bytes() {
        var answer = simulator.chat(request("ü Hi", "\"logprobs\": true, \"top_logprobs\": 2,"));
        assertThat(json(answer).at("/choices/0/logprobs")).isEqualTo(tree("""
                                {"content": [
                                  {"token": "ü", "logprob": -0.125, "bytes": [195, 188], "top_logprobs": [
                                    {"token": "ü", "logprob": -0.125, "bytes": [195, 188]},
                                    {"token": "ü_1", "logprob": -1.125, "bytes": [195, 188, 95, 49]}]},
                                  {"token": " Hi", "logprob": -0.125, "bytes": [32, 72, 105], "top_logprobs": [
                                    {"token": " Hi", "logprob": -0.125, "bytes": [32, 72, 105]},
                                    {"token": " Hi_1", "logprob": -1.125, "bytes": [32, 72, 105, 95, 49]}]}],
                                 "refusal": null}
                                """));
    }

    @Test
    void streamed_logprobs_come_with_their_token() {
        var events = simulator
                .chat(request("Hi you", "\"logprobs\": true, \"stream\": true,"))
                .events();
        assertThat(data(events.get(0)).at("/choices/0/logprobs").isNull()).isTrue();
        assertThat(data(events.get(2)).at("/choices/0/logprobs/content")).isEqualTo(tree("""
                                [{"token": " you", "logprob": -0.125, "bytes": [32, 121, 111, 117], "top_logprobs": []}]
                                """));
    }

    @ParameterizedTest
    @CsvSource({
        "fail:503,503,service_unavailable_error",
        "' fail:429 ',429,rate_limit_error",
        "fail:500,500,server_error",
        "fail:400,400,invalid_request_error"
    })
    void it_fails_when_it_is_told_to(String told, int status, String type) {
        var simulation = simulator.chat(request(told, "\"stream\": true,"));
        assertThat(simulation.status()).isEqualTo(status);
        assertThat(simulation.events()).isEmpty();
        assertThat(json(simulation)).isEqualTo(tree("""
                                {"error": {"message": "The simulator was told to fail with %d.", "type": "%s",
                                 "param": null, "code": null}}
                                """.formatted(status, type)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail:200", "Does it fail:503?", "fail:5030"})
    void it_fails_only_on_exactly_that(String told) {
        assertThat(content(simulator.chat(request(told, "")))).isEqualTo(told);
    }

    private static byte[] request(String user, String members) {
        return utf8("{\"model\": \"simulator\", " + members + " \"messages\": [{\"role\": \"user\", \"content\": \""
                + user + "\"}]}");
    }

    private static byte[] utf8(String json) {
        return json.getBytes(UTF_8);
    }

    private static String text(Simulation simulation) {
        return new String(Objects.requireNonNull(simulation.body()), UTF_8);
    }

    private static JsonNode json(Simulation simulation) {
        return Json.object(Objects.requireNonNull(simulation.body()));
    }

    private static String content(Simulation simulation) {
        return json(simulation).at("/choices/0/message/content").asText();
    }

    private static JsonNode data(byte[] event) {
        var text = new String(event, UTF_8);
        assertThat(text).startsWith("data: {").endsWith("}\n\n");
        return tree(text.substring("data: ".length()));
    }

    private static JsonNode tree(String json) {
        return Objects.requireNonNull(Json.read(utf8(json)));
    }
}
