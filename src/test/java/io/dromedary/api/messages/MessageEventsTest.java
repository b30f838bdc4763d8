package io.dromedary.api.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessageEventsTest {
    private static final String USAGE =
            "\"input_tokens\":0,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":0";

    private final List<String> told = new ArrayList<>();
    private final MessageEvents events = new MessageEvents(
            MessagesRequestReader.read("""
                    {"model":"m","max_tokens":9000,"thinking":{"type":"adaptive"},"stop_sequences":["x"],
                     "messages":[{"role":"user","content":"Hi"}]}""".getBytes(UTF_8)), "msg_1", "req_1", prefix -> prefix + "1");

    private void delta(String delta) {
        chunk("{\"model\":\"n\",\"choices\":[{\"index\":0,\"delta\":{" + delta + "}}]}");
    }

    private void finish(String reason) {
        chunk("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
    }

    private void call(int index, String members) {
        delta("\"tool_calls\":[{\"index\":" + index + "," + members + "}]");
    }

    private void chunk(String json) {
        take(events.chunk(json.getBytes(UTF_8)));
    }

    private void take(byte[] frames) {
        for (var frame : new String(frames, UTF_8).split("\n\n")) {
            var lines = frame.split("\n");
            if (lines.length == 2) {
                var type = lines[0].substring("event: ".length());
                assertThat(lines[1]).startsWith("data: {\"type\":\"" + type + "\"");
                told.add(lines[1].substring("data: ".length()));
            }
        }
    }

    /** All but the beginning and the end. */
    private List<String> blocks() {
        return told.stream()
                .filter(event -> event.contains("content_block"))
                .map(event -> event.replace("{\"type\":\"content_block_", "").replace("\"", ""))
                .toList();
    }

    @Test
    void a_text_is_one_block_between_a_beginning_and_an_end() {
        delta("\"role\":\"assistant\",\"content\":\"\"");
        delta("\"content\":\"He\"");
        delta("\"content\":\"llo\"");
        finish("stop");
        chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}");
        take(events.end(true));

        assertThat(told)
                .containsExactly(
                        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                                + "\"model\":\"n\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{"
                                + USAGE + "}}}",
                        "{\"type\":\"ping\"}",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"He\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"llo\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":0}",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":"
                                + "{\"input_tokens\":7,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
                                + "\"output_tokens\":2}}",
                        "{\"type\":\"message_stop\"}");
    }

    @Test
    void thoughts_are_signed_before_their_block_ends() {
        delta("\"reasoning_content\":\"Hm\"");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm\",\"signature\":\"S\"}]");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"D\"}]");
        delta("\"content\":\"\\n\\n\"");
        delta("\"content\":\"So\"");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:0,delta:{type:thinking_delta,thinking:Hm}}",
                        "delta,index:0,delta:{type:signature_delta,signature:S}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:redacted_thinking,data:D}}",
                        "stop,index:1}",
                        "start,index:2,content_block:{type:text,text:}}",
                        "delta,index:2,delta:{type:text_delta,text:\\n\\nSo}}",
                        "stop,index:2}");
    }

    @Test
    void a_text_that_comes_once_more_where_a_thought_ends_is_told_once() {
        delta("\"reasoning_content\":\"H\"");
        delta("\"reasoning_content\":\"m\"");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm\"}]");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:0,delta:{type:thinking_delta,thinking:H}}",
                        "delta,index:0,delta:{type:thinking_delta,thinking:m}}",
                        "stop,index:0}");
    }

    @Test
    void a_thought_in_details_alone_is_told_piece_by_piece() {
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Ha\"}]");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Ha\"}]");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"S\"}]");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:0,delta:{type:thinking_delta,thinking:Ha}}",
                        "delta,index:0,delta:{type:thinking_delta,thinking:Ha}}",
                        "delta,index:0,delta:{type:signature_delta,signature:S}}",
                        "stop,index:0}");
    }

    @Test
    void a_thought_between_the_pieces_of_a_call_does_not_cut_it_short() {
        call(0, "\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm\",\"signature\":\"S\"},"
                + "{\"type\":\"reasoning.encrypted\",\"data\":\"D\"}]");
        call(0, "\"function\":{\"arguments\":\"}\"}");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:tool_use,id:a,name:f,input:{}}}",
                        "delta,index:0,delta:{type:input_json_delta,partial_json:{}}",
                        "delta,index:0,delta:{type:input_json_delta,partial_json:}}}",
                        "stop,index:0}");
    }

    @Test
    void calls_that_come_side_by_side_are_told_one_after_the_other() {
        call(0, "\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}");
        call(1, "\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"y\\\":\\\"}\\\"\"}");
        call(0, "\"function\":{\"arguments\":\"\\\"x\\\":1}\"}");
        call(1, "\"function\":{\"arguments\":\"}\"}");
        delta("\"content\":\"Done\"");
        finish("tool_calls");
        take(events.end(true));

        assertThat(blocks().stream().map(block -> block.replace("\\", "")))
                .containsExactly(
                        "start,index:0,content_block:{type:tool_use,id:a,name:f,input:{}}}",
                        "delta,index:0,delta:{type:input_json_delta,partial_json:{}}",
                        "delta,index:0,delta:{type:input_json_delta,partial_json:x:1}}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:tool_use,id:b,name:g,input:{}}}",
                        "delta,index:1,delta:{type:input_json_delta,partial_json:{y:}}}",
                        "delta,index:1,delta:{type:input_json_delta,partial_json:}}}",
                        "stop,index:1}",
                        "start,index:2,content_block:{type:text,text:}}",
                        "delta,index:2,delta:{type:text_delta,text:Done}}",
                        "stop,index:2}");
        assertThat(told).anyMatch(event -> event.contains("\"stop_reason\":\"tool_use\""));
    }

    @Test
    void a_call_without_arguments_waits_for_nobody_at_the_end() {
        call(0, "\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}");
        call(1, "\"id\":\"\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}");
        finish("stop");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:tool_use,id:a,name:f,input:{}}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:tool_use,id:toolu_1,name:g,input:{}}}",
                        "stop,index:1}");
        assertThat(told).anyMatch(event -> event.contains("\"stop_reason\":\"tool_use\""));
    }

    @Test
    void thoughts_that_nobody_signed_and_sealed_ones_are_blocks_of_their_own() {
        delta("\"content\":\"So\"");
        delta("\"reasoning_content\":\"Hm\"");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"D\"}]");
        delta("\"reasoning_content\":\"Ah\"");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:text,text:}}",
                        "delta,index:0,delta:{type:text_delta,text:So}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:1,delta:{type:thinking_delta,thinking:Hm}}",
                        "stop,index:1}",
                        "start,index:2,content_block:{type:redacted_thinking,data:D}}",
                        "stop,index:2}",
                        "start,index:3,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:3,delta:{type:thinking_delta,thinking:Ah}}",
                        "stop,index:3}");
    }

    @Test
    void a_signature_without_a_text_has_a_block_and_ends_it() {
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"S\"}]");
        delta("\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Ah\",\"signature\":\"T\"}]");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:0,delta:{type:signature_delta,signature:S}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:thinking,thinking:,signature:}}",
                        "delta,index:1,delta:{type:thinking_delta,thinking:Ah}}",
                        "delta,index:1,delta:{type:signature_delta,signature:T}}",
                        "stop,index:1}");
    }

    @Test
    void a_text_behind_a_complete_call_is_told_at_once_and_ends_the_call_for_good() {
        call(0, "\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}");
        delta("\"content\":\"Done\"");
        call(0, "\"function\":{\"arguments\":\"{}\"}");

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:tool_use,id:a,name:f,input:{}}}",
                        "delta,index:0,delta:{type:input_json_delta,partial_json:{}}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:text,text:}}",
                        "delta,index:1,delta:{type:text_delta,text:Done}}");
    }

    @Test
    void a_text_behind_a_call_that_never_ends_is_told_last() {
        call(0, "\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}");
        delta("\"content\":\"Done\"");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:tool_use,id:a,name:f,input:{}}}",
                        "delta,index:0,delta:{type:input_json_delta,partial_json:{}}",
                        "stop,index:0}",
                        "start,index:1,content_block:{type:text,text:}}",
                        "delta,index:1,delta:{type:text_delta,text:Done}}",
                        "stop,index:1}");
    }

    @Test
    void a_bracket_in_a_text_does_not_end_a_call() {
        call(0, "\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\\\"\\\\\\\"}\"}");
        call(1, "\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}");
        assertThat(blocks()).hasSize(2);

        call(0, "\"function\":{\"arguments\":\"\\\\\\\\\\\"}\"}");
        assertThat(blocks()).hasSize(6).last().asString().contains("index:1", "partial_json:{}");
    }

    @Test
    void a_refusal_is_told_as_a_text_and_is_why_it_ended() {
        delta("\"refusal\":\"No\"");
        delta("\"refusal\":\".\"");
        finish("stop");
        take(events.end(true));

        assertThat(blocks())
                .containsExactly(
                        "start,index:0,content_block:{type:text,text:}}",
                        "delta,index:0,delta:{type:text_delta,text:No}}",
                        "delta,index:0,delta:{type:text_delta,text:.}}",
                        "stop,index:0}");
        assertThat(told).anyMatch(event -> event.contains("\"stop_reason\":\"refusal\""));
    }

    @Test
    void what_one_chunk_says_of_the_whole_answer_is_not_forgotten() {
        chunk(
                "{\"service_tier\":\"default\",\"choices\":[{\"delta\":{\"content\":\"A\"},\"finish_reason\":\"length\"}]}");
        chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}");
        chunk("{\"choices\":[]}");
        take(events.end(true));

        assertThat(told)
                .anyMatch(event -> event.contains("\"stop_reason\":\"max_tokens\"")
                        && event.contains("\"output_tokens\":2,\"service_tier\":\"standard\""));
    }

    @Test
    void an_answer_without_a_chunk_is_a_message_of_the_model_that_was_asked() {
        take(events.end(true));

        assertThat(told.getFirst()).contains("\"message_start\"").contains("\"model\":\"m\"");
        assertThat(told.getLast()).isEqualTo("{\"type\":\"message_stop\"}");
    }

    @Test
    void what_is_no_chunk_and_what_comes_too_late_is_not_told() {
        assertThat(events.chunk("oops".getBytes(UTF_8))).isEmpty();
        take(events.end(true));
        assertThat(events.chunk("{\"choices\":[{\"delta\":{\"content\":\"A\"}}]}".getBytes(UTF_8)))
                .isEmpty();
        assertThat(events.end(true)).isEmpty();
    }

    @Test
    void an_error_between_chunks_is_the_last_event() {
        delta("\"content\":\"He\"");
        chunk("{\"error\":{\"message\":\"gone\",\"type\":\"server_error\"}}");
        take(events.end(false));

        assertThat(told.getLast())
                .isEqualTo("{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"gone\"},"
                        + "\"request_id\":\"req_1\"}");
    }

    @Test
    void a_stream_that_breaks_off_says_so() {
        delta("\"content\":\"He\"");
        take(events.end(false));

        assertThat(told.getLast()).contains("\"error\"").contains("broke off");
    }

    @Test
    void a_stop_sequence_is_told_where_the_backend_says_it() {
        chunk("{\"choices\":[{\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\",\"stop_reason\":\"x\"}]}");
        take(events.end(true));

        assertThat(told).anyMatch(event -> event.contains("\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"x\""));
    }
}
