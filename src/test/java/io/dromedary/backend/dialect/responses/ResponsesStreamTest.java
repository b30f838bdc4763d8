package io.dromedary.backend.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.backend.AttemptFailure;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponsesStreamTest {
    private static final String DELTA =
            "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"Hel\"}";

    private static String ended(String status, String more) {
        return "{\"type\":\"response." + status + "\",\"response\":{\"status\":\"" + status + "\"" + more + "}}";
    }

    private static String message(String text) {
        return "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"" + text + "\"}]}";
    }

    @ParameterizedTest
    @CsvSource({"max_output_tokens,length", "content_filter,content_filter", "max_messages,length", ",length"})
    void an_incomplete_response_says_why(String reason, String finishReason) {
        var details = reason == null ? "null" : "{\"reason\":\"" + reason + "\"}";
        var reading = Upstream.read(DELTA, ended("incomplete", ",\"output\":[],\"incomplete_details\":" + details));
        assertThat(reading.answer().finishReason()).isEqualTo(finishReason);
        assertThat(reading.isComplete()).isTrue();
    }

    @Test
    void text_that_came_without_deltas_is_told_once_at_its_end() {
        var reading = Upstream.read(
                DELTA,
                "{\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":" + message("Hello") + "}",
                ended("completed", ",\"output\":[" + message("Hello") + "," + message("Bye") + "]"));
        assertThat(reading.joined("content")).isEqualTo("Hello\n\nBye");
        assertThat(reading.answer().finishReason()).isEqualTo("stop");
    }

    @Test
    void a_citation_counts_from_the_beginning_of_all_content() {
        var cited = """
                {"type":"message","content":[{"type":"output_text","text":"Bye","annotations":[{"type":"url_citation",\
                "start_index":0,"end_index":3,"url":"u","title":"t"},{"type":"file_citation","index":1}]}]}""";
        var reading = Upstream.read(DELTA, ended("completed", ",\"output\":[" + message("Hel") + "," + cited + "]"));
        var citations = reading.chunks().stream()
                .map(chunk -> chunk.at("/choices/0/delta/annotations/0"))
                .filter(annotation -> annotation.isObject())
                .toList();
        assertThat(citations).hasSize(1);
        assertThat(citations.getFirst().at("/url_citation/start_index").intValue())
                .isEqualTo(5);
        assertThat(citations.getFirst().at("/url_citation/end_index").intValue())
                .isEqualTo(8);
    }

    @Test
    void raw_reasoning_is_told_and_its_summary_is_not_told_beside_it() {
        var reading = Upstream.read("""
                {"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"Hm"}""", """
                {"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Thought"}""", """
                {"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","encrypted_content":"g",\
                "summary":[{"type":"summary_text","text":"Thought"}],"content":[{"type":"reasoning_text","text":"Hm."}]}}""", ended("completed", ",\"output\":[]"));
        assertThat(reading.joined("reasoning_content")).isEqualTo("Hm.");
        assertThat(reading.text()).doesNotContain("response_items");
    }

    @Test
    void a_refusal_is_one_in_chat_too() {
        var reading = Upstream.read(
                "{\"type\":\"response.refusal.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"No\"}",
                ended(
                        "completed",
                        ",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"No.\"}]}]"));
        assertThat(reading.joined("refusal")).isEqualTo("No.");
        assertThat(reading.answer().pieces()).isEqualTo(2);
    }

    @Test
    void a_call_that_came_without_deltas_has_its_name_and_all_of_its_input() {
        var reading = Upstream.read(ended("completed", """
                ,"output":[{"type":"function_call","call_id":"c","name":"f","arguments":"{\\"a\\":1}"}]"""));
        var text = reading.text();
        assertThat(text).contains("\"name\":\"f\"").contains("{\\\"a\\\":1}");
        assertThat(reading.answer().finishReason()).isEqualTo("tool_calls");
    }

    @Test
    void only_a_call_of_the_callers_own_tools_is_one() {
        var reading = Upstream.read("""
                {"type":"response.output_item.added","output_index":0,"item":{"type":"mcp_call","name":"f","call_id":"c"}}""", """
                {"type":"response.output_item.added","output_index":1,"item":{"type":"custom_tool_call","name":"g","call_id":"d"}}""", ended("completed", ",\"output\":[]"));
        assertThat(reading.chunks().stream()
                        .map(chunk ->
                                chunk.at("/choices/0/delta/tool_calls/0/id").asText()))
                .filteredOn(id -> !id.isEmpty())
                .containsExactly("d");
    }

    @Test
    void the_tokens_of_a_text_are_told_once_with_the_bytes_that_they_came_with() {
        var tokens = "\"logprobs\":[{\"token\":\"Hel\",\"logprob\":-1,\"bytes\":[1,2],\"top_logprobs\":[]}]";
        var reading = Upstream.read(
                DELTA.replace("\"delta\"", tokens + ",\"delta\""),
                ended(
                        "completed",
                        ",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hel\","
                                + tokens + "}]}]"));
        assertThat(reading.chunks().stream()
                        .map(chunk -> chunk.at("/choices/0/logprobs"))
                        .filter(logprobs -> logprobs.isObject())
                        .map(Object::toString))
                .containsExactly("{\"refusal\":null,\"content\":[{\"token\":\"Hel\",\"logprob\":-1,\"bytes\":[1,2],"
                        + "\"top_logprobs\":[]}]}");
        assertThat(reading.joined("content")).isEqualTo("Hel");
    }

    @Test
    void tokens_that_come_at_the_end_alone_are_told_then() {
        var reading = Upstream.read(DELTA, ended("completed", """
                        ,"output":[{"type":"message","content":[{"type":"output_text","text":"Hel",\
                        "logprobs":[{"token":"Hel","logprob":-1}]}]}]"""));
        assertThat(reading.text()).contains("\"token\":\"Hel\",\"logprob\":-1,\"bytes\":[72,101,108]");
        assertThat(reading.joined("content")).isEqualTo("Hel");
    }

    @Test
    void a_citation_is_told_as_it_comes_and_not_again_at_the_end() {
        var cited = "{\"type\":\"url_citation\",\"start_index\":0,\"end_index\":3,\"url\":\"u\",\"title\":\"t\"}";
        var reading = Upstream.read(
                DELTA,
                "{\"type\":\"response.output_text.annotation.added\",\"output_index\":0,\"content_index\":0,"
                        + "\"annotation_index\":0,\"annotation\":" + cited + "}",
                ended(
                        "completed",
                        ",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hello\","
                                + "\"annotations\":[" + cited + "]}]}]"));
        var deltas = reading.chunks().stream()
                .map(chunk -> chunk.at("/choices/0/delta"))
                .toList();
        assertThat(deltas).filteredOn(delta -> delta.has("annotations")).hasSize(1);
        assertThat(deltas.get(1).has("annotations")).isTrue();
        assertThat(deltas.get(2).path("content").asText()).isEqualTo("lo");
    }

    @Test
    void thoughts_of_several_items_are_paragraphs_but_for_a_caller_who_is_told_where_each_ends() {
        var sse = "data: " + thought(0, "One") + "\n\ndata: " + thought(1, "Two") + "\n\ndata: " + thought(1, "!")
                + "\n\n";
        var request = ChatRequests.of(Upstream.HELLO_STREAM);
        var informed = request.withNativeForm(Upstream.bytes("{\"input\":\"Hi\",\"stream\":true}"));
        assertThat(Upstream.read(request, sse, 1 << 20).joined("reasoning_content"))
                .isEqualTo("One\n\nTwo!");
        assertThat(Upstream.read(informed, sse, 1 << 20).joined("reasoning_content"))
                .isEqualTo("OneTwo!");
    }

    private static String thought(int index, String text) {
        return "{\"type\":\"response.reasoning_text.delta\",\"output_index\":" + index
                + ",\"content_index\":0,\"delta\":\"" + text + "\"}";
    }

    @Test
    void an_answer_that_says_nothing_has_its_role_all_the_same() {
        var reading = Upstream.read(ended("completed", ",\"output\":[]"));
        assertThat(reading.chunks().getFirst().at("/choices/0/delta").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}");
        assertThat(reading.chunks().getLast().at("/choices/0/finish_reason").asText())
                .isEqualTo("stop");
        assertThat(reading.answer().done()).isTrue();
    }

    @Test
    void a_cancelled_response_and_an_unknown_event_with_an_error_have_failed() {
        assertThat(Upstream.read(DELTA, ended("cancelled", "")).answer().failure())
                .isEqualTo(new AttemptFailure.Faulty(500, "was cancelled"));
        assertThat(Upstream.read(
                                DELTA,
                                "{\"type\":\"response.new\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow\"}}")
                        .answer()
                        .failure())
                .isInstanceOf(AttemptFailure.Overloaded.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "``|an empty body",
                "[]|a body that is no JSON object",
                "{}|an answer without output",
                "{\"status\":\"queued\",\"output\":[]}|an answer that has not ended",
            })
    void why_a_body_is_no_answer_is_told(String body, String reason) {
        var answer = Upstream.answer(ChatRequests.of(Upstream.HELLO));
        assertThat(answer.whole(Upstream.bytes(body))).isNull();
        assertThat(answer.failure()).isEqualTo(new AttemptFailure.Broken(reason));
    }

    @Test
    void events_of_hosted_tools_and_unknown_ones_say_nothing_and_what_is_no_json_is_counted() {
        var reading = Upstream.read(
                "{\"type\":\"response.mcp_call.in_progress\",\"output_index\":0}",
                "{\"type\":\"response.something.new\",\"error\":null}",
                "not json");
        assertThat(reading.text()).isEmpty();
        assertThat(reading.answer().dropped()).isEqualTo(1);
        assertThat(reading.answer().begun()).isFalse();
    }

    @Test
    void nothing_has_begun_before_something_can_be_shown() {
        var answer = Upstream.answer(ChatRequests.of(Upstream.HELLO_STREAM));
        var out = new ByteArrayBuilder();
        for (var event : new String[] {
            "{\"type\":\"response.created\",\"response\":{\"created_at\":1}}",
            "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\"}}",
            "{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"\"}"
        }) {
            answer.event(Upstream.bytes(event), 0, event.length(), out);
            assertThat(answer.begun()).isFalse();
        }
        answer.event(Upstream.bytes(DELTA), 0, DELTA.length(), out);
        assertThat(answer.begun()).isTrue();
        assertThat(answer.done()).isFalse();
    }

    @Test
    void a_stream_without_its_last_event_was_cut() {
        for (var end : new String[] {"[DONE]", "{\"type\":\"keepalive\"}"}) {
            var reading = Upstream.read(DELTA, end);
            assertThat(reading.answer().failure()).isInstanceOf(AttemptFailure.Broken.class);
            assertThat(reading.text()).doesNotContain("[DONE]").doesNotContain("stop");
        }
    }

    @Test
    void usage_that_nobody_counted_is_estimated_and_says_so() {
        var asked = ChatRequests.of(
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":\"12345678\"}");
        var reading = Upstream.read(asked, "data: " + DELTA + "\n\ndata: " + ended("completed", "") + "\n\n", 1 << 20);
        assertThat(reading.answer().usage()).isEqualTo(new Usage(2, 1));
        assertThat(reading.text()).contains("\"estimated\":true");
    }

    @Test
    void a_caller_who_did_not_ask_gets_no_usage_and_it_is_counted_all_the_same() {
        var reading = Upstream.read(
                DELTA,
                ended(
                        "completed",
                        ",\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7,"
                                + "\"input_tokens_details\":{\"cached_tokens\":1},\"output_tokens_details\":{\"reasoning_tokens\":2}}"));
        assertThat(reading.answer().usage()).isEqualTo(new Usage(3, 4, 1, 2));
        assertThat(reading.text()).doesNotContain("usage");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"code\":\"server_error\",\"message\":\"boom\"}|Faulty",
                "{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}|Overloaded",
                "{\"code\":\"invalid_prompt\",\"message\":\"no\"}|Rejected",
                "{\"code\":\"invalid_image_url\",\"message\":\"no\"}|Rejected",
                "{\"code\":\"context_length_exceeded\",\"message\":\"too long\"}|ContextTooLong",
                "{\"code\":\"insufficient_quota\",\"message\":\"pay\"}|Exhausted",
                "null|Faulty",
            })
    void a_failed_response_and_an_error_event_mean_the_same_whether_something_was_shown_or_not(
            String error, String failure) {
        var failed = ended("failed", ",\"error\":" + error + ",\"output\":[]");
        var nested = "{\"type\":\"error\",\"sequence_number\":3,\"error\":" + error + "}";
        var flat = error.equals("null") ? nested : "{\"type\":\"error\",\"sequence_number\":3," + error.substring(1);
        for (var event : new String[] {failed, nested, flat}) {
            for (var reading : new Upstream.Reading[] {Upstream.read(event), Upstream.read(DELTA, event)}) {
                assertThat(reading.answer().failure())
                        .as(event)
                        .extracting(why -> why.getClass().getSimpleName())
                        .isEqualTo(failure);
                assertThat(reading.text()).doesNotContain("[DONE]");
            }
        }
    }

    @Test
    void a_404_is_the_backends_and_a_400_the_callers() {
        var body = Upstream.bytes("{\"error\":{\"message\":\"Item 'rs_1' not found.\",\"param\":\"input\"}}");
        assertThat(Upstream.dialect().failure(404, name -> null, body))
                .isInstanceOf(AttemptFailure.Misconfigured.class);
        assertThat(Upstream.dialect().failure(404, name -> null, body).reason()).doesNotContain("rs_1");
        assertThat(Upstream.dialect().failure(400, name -> null, body))
                .isInstanceOfSatisfying(
                        AttemptFailure.Rejected.class,
                        why -> assertThat(why.refusal().param()).isEqualTo("input"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "|Broken",
                "<html>|Broken",
                "{\"id\":\"x\"}|Broken",
                "{\"error\":{\"message\":\"boom\"}}|Faulty",
                "{\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"boom\"},\"output\":[]}|Faulty",
                "{\"status\":\"in_progress\",\"output\":[]}|Broken",
                "{\"status\":\"cancelled\",\"output\":[]}|Faulty",
            })
    void a_whole_body_that_is_no_answer_is_a_failure(String body, String failure) {
        var answer = Upstream.answer(ChatRequests.of(Upstream.HELLO));
        assertThat(answer.whole(Upstream.bytes(body == null ? "" : body))).isNull();
        assertThat(Objects.requireNonNull(answer.failure()).getClass().getSimpleName())
                .isEqualTo(failure);
    }

    @Test
    void a_response_without_a_status_is_complete_unless_it_has_an_error() {
        var answer = Upstream.answer(ChatRequests.of(Upstream.HELLO));
        var shown = answer.whole(Upstream.bytes("{\"output\":[" + message("Hello") + "]}"));
        assertThat(new String(Objects.requireNonNull(shown), StandardCharsets.UTF_8))
                .contains("\"content\":\"Hello\"")
                .contains("\"finish_reason\":\"stop\"")
                .contains("\"created\":1800000000");
        var failed = Upstream.answer(ChatRequests.of(Upstream.HELLO));
        assertThat(failed.whole(Upstream.bytes("{\"output\":[],\"error\":{\"message\":\"boom\"}}")))
                .isNull();
        assertThat(failed.failure()).isInstanceOf(AttemptFailure.Faulty.class);
    }

    @Test
    void a_backend_gives_one_choice_and_the_gateway_makes_up_for_more() {
        assertThat(Upstream.target(Map.of()).capabilities().maxChoices()).isEqualTo(1);
        assertThat(Upstream.target(Map.of()).capabilities().choices()).isEqualTo(128);
    }
}
