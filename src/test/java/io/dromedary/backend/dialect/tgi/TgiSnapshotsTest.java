package io.dromedary.backend.dialect.tgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Chat outputs of TGI's own integration tests, with the nulls that Python's clients add. */
final class TgiSnapshotsTest {
    private static final String TOOLS =
            "{\"model\":\"llama\",\"stream\":true,\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}";

    @TestFactory
    Stream<DynamicTest> tool_streams_hold_one_call() {
        return Stream.of("choice_stream", "openai")
                .map(name -> dynamicTest(name, () -> {
                    var reading = stream("test_tools_llama/test_flash_llama_grammar_tools_" + name, TOOLS);
                    assertThat(Tgi.json(reading.arguments()))
                            .isEqualTo(Tgi.json("{\"location\":\"Brooklyn, NY\",\"format\":\"fahrenheit\"}"));
                    assertThat(reading.finishReasons()).containsExactly("tool_calls");
                    assertThat(reading.content()).isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> tools_that_were_not_called_leave_text() {
        return Stream.of("insufficient_information_stream", "sea_creatures_stream_auto", "sea_creatures_stream_none")
                .map(name -> dynamicTest(name, () -> {
                    var reading = stream("test_tools_llama/test_flash_llama_grammar_tools_" + name, TOOLS);
                    assertThat(reading.content()).hasSizeGreaterThan(50);
                    assertThat(reading.arguments()).isEmpty();
                    assertThat(reading.finishReasons()).containsExactly("length");
                }));
    }

    @Test
    void a_stream_under_a_schema_is_json() {
        var reading = stream("test_json_schema_constrain/test_json_schema_stream", Tgi.HELLO_STREAM);
        assertThat(Tgi.json(reading.content()).isObject()).isTrue();
        assertThat(reading.finishReasons()).containsExactly("stop");
    }

    @TestFactory
    Stream<DynamicTest> whole_answers() {
        return Map.of(
                        "test_chat_llama/test_flash_llama_simple", "length",
                        "test_continue_final_message/test_llama_completion_single_prompt", "length",
                        "test_continue_final_message/test_llama_completion_single_prompt_continue", "length",
                        "test_json_schema_constrain/test_json_schema_complex", "stop",
                        "test_grammar_response_format_llama/test_grammar_response_format_llama_json", "stop",
                        "test_tools_llama/test_flash_llama_grammar_tools_auto_nostream", "tool_calls",
                        "test_tools_llama/test_flash_llama_grammar_tools_insufficient_information_nostream", "stop",
                        "test_tools_llama/test_flash_llama_tool_reply_response", "stop")
                .entrySet()
                .stream()
                .map(each -> dynamicTest(each.getKey(), () -> {
                    var answer = Tgi.answer(Tgi.HELLO);
                    var bytes = answer.whole(snapshot(each.getKey()).toString().getBytes(StandardCharsets.UTF_8));
                    assertThat(bytes).isNotNull();
                    assertThat(answer.finishReason()).isEqualTo(each.getValue());
                    assertThat(answer.usage()).isNotNull();
                    var message = Tgi.json(new String(bytes, StandardCharsets.UTF_8))
                            .path("choices")
                            .path(0)
                            .path("message");
                    assertThat(message.has("tool_calls"))
                            .isEqualTo(each.getValue().equals("tool_calls"));
                    assertThat(message.path("content").isNull())
                            .isEqualTo(each.getValue().equals("tool_calls"));
                }));
    }

    @Test
    void streams_that_recorded_usage_report_it() {
        var reading = stream("test_completion_prompts/test_chat_openai_usage", Tgi.HELLO_STREAM);
        assertThat(reading.answer().usage()).isNotNull();
        assertThat(reading.chunks()).noneMatch(chunk -> chunk.has("usage"));
    }

    private static Tgi.Reading stream(String name, String request) {
        var events = snapshot(name).valueStream().map(JsonNode::toString).toList();
        var sse = Tgi.sse(events.toArray(String[]::new)) + Tgi.sse("[DONE]");
        var reading = Tgi.read(request, sse);
        assertThat(reading.answer().failure()).isNull();
        assertThat(List.of(reading.events().getLast())).containsExactly("[DONE]");
        return reading;
    }

    private static JsonNode snapshot(String name) {
        return Tgi.json(Tgi.recorded("tgi-snapshots/" + name + ".json"));
    }
}
