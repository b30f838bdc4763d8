package io.dromedary.api.messages;

import static io.dromedary.testing.JsonCheck.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.Reply;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessagesFrontTest {
    private static final String ASKED = """
            {"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hi"}]}""";

    private static MessagesFront front(String request) {
        return front(request, false);
    }

    private static MessagesFront front(String request, boolean inBlocks) {
        return MessagesFront.of(
                MessagesRequestReader.read(request.getBytes(UTF_8)), inBlocks, "req_1", prefix -> prefix + "1");
    }

    private static String chat(String request) {
        return new String(front(request).chat().body(), UTF_8);
    }

    private static String whole(String request, String completion) {
        return new String(front(request).whole(completion.getBytes(UTF_8)), UTF_8);
    }

    @Test
    void options_have_other_names_in_chat() {
        assertThatJson(chat("""
                {"model":"m","max_tokens":9000,"system":[{"type":"text","text":"A"},{"type":"text","text":"B"}],
                 "messages":[{"role":"user","content":"Hi"}],"stop_sequences":["x"],"temperature":0.5,"top_k":4,
                 "stream":true,"metadata":{"user_id":"u"},"service_tier":"standard_only",
                 "thinking":{"type":"enabled","budget_tokens":4000},
                 "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},
                 "tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
                 "tool_choice":{"type":"any","disable_parallel_tool_use":true}}""")).isEqualTo("""
                {"model":"m","messages":[{"role":"system","content":"A\\n\\nB"},{"role":"user","content":"Hi"}],
                 "max_completion_tokens":9000,"stop":["x"],"temperature":0.5,"top_k":4,"stream":true,
                 "stream_options":{"include_usage":true},"user":"u","service_tier":"default","reasoning_effort":"medium",
                 "response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,
                  "schema":{"type":"object"}}},
                 "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],
                 "tool_choice":"required","parallel_tool_calls":false}""");
    }

    @Test
    void blocks_become_parts_and_results_messages_of_their_own() {
        assertThatJson(chat("""
                {"model":"m","max_tokens":1,"messages":[
                 {"role":"user","content":[{"type":"text","text":"See"},
                  {"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}},
                  {"type":"document","title":"t.pdf","source":{"type":"base64","media_type":"application/pdf","data":"QQ=="}}]},
                 {"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"S"},
                  {"type":"redacted_thinking","data":"D"},{"type":"text","text":"So"},
                  {"type":"tool_use","id":"a","name":"f","input":{"x":1}},{"type":"tool_use","id":"b","name":"f","input":{}}]},
                 {"role":"user","content":[{"type":"text","text":"There"},
                  {"type":"tool_result","tool_use_id":"a","content":"1"},
                  {"type":"tool_result","tool_use_id":"b","is_error":true,"content":[{"type":"text","text":"2"},
                   {"type":"image","source":{"type":"url","url":"https://a/b.png"}}]}]}]}""")).node("messages").isEqualTo("""
                [{"role":"user","content":[{"type":"text","text":"See"},
                  {"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}},
                  {"type":"file","file":{"filename":"t.pdf","file_data":"data:application/pdf;base64,QQ=="}}]},
                 {"role":"assistant","content":"So","reasoning_content":"Hm",
                  "reasoning_details":[{"type":"reasoning.text","text":"Hm","signature":"S"},
                   {"type":"reasoning.encrypted","data":"D"}],
                  "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},
                   {"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":"1"},
                 {"role":"tool","tool_call_id":"b","content":"Error: 2"},
                 {"role":"user","content":[{"type":"text","text":"Result of the tool call b:"},
                  {"type":"image_url","image_url":{"url":"https://a/b.png"}},{"type":"text","text":"There"}]}]""");
    }

    @Test
    void documents_and_results_of_searches_become_texts_under_their_titles_and_files_stay_files() {
        assertThatJson(chat("""
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[
                  {"type":"image","source":{"type":"file","file_id":"file-1"}},
                  {"type":"document","source":{"type":"file","file_id":"file-2"},"context":"Read this"},
                  {"type":"document","title":"T","source":{"type":"text","media_type":"text/plain","data":"all of it"}},
                  {"type":"document","source":{"type":"content","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]}},
                  {"type":"search_result","source":"https://s","title":"S","content":[{"type":"text","text":"found"}]}]}]}""")).node("messages[0].content").isEqualTo("""
                [{"type":"file","file":{"file_id":"file-1"}},
                 {"type":"text","text":"Read this"},{"type":"file","file":{"file_id":"file-2"}},
                 {"type":"text","text":"Document: T"},{"type":"text","text":"all of it"},
                 {"type":"text","text":"Document: untitled"},{"type":"text","text":"one"},{"type":"text","text":"two"},
                 {"type":"text","text":"Document: S\\nSource: https://s"},{"type":"text","text":"found"}]""");
    }

    @Test
    void a_message_of_the_systems_stays_where_it_stands_and_one_that_says_nothing_is_left_out() {
        assertThatJson(chat("""
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"},
                 {"role":"system","content":"Be brief"},{"role":"assistant","content":[{"type":"thinking","thinking":"A"},
                  {"type":"thinking","thinking":""},{"type":"thinking","thinking":"B"}]},
                 {"role":"user","content":[]},{"role":"user","content":""}]}""")).node("messages").isEqualTo("""
                [{"role":"user","content":"Hi"},{"role":"system","content":"Be brief"},
                 {"role":"assistant","content":"","reasoning_content":"A\\n\\nB"},{"role":"user","content":""}]""");
    }

    @Test
    void results_alone_are_no_message_of_the_users() {
        assertThatJson(chat("""
                {"model":"m","max_tokens":1,"messages":[
                 {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},
                 {"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]}]}""")).node("messages").isEqualTo("""
                [{"role":"assistant","content":null,
                  "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"a","content":""}]""");
    }

    @Test
    void a_result_is_named_by_its_place() {
        var refused = catchThrowableOfType(RefusedException.class, () -> front("""
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"},
                 {"role":"user","content":[{"type":"text","text":"See"},{"type":"tool_result","tool_use_id":"a"}]}]}"""));

        assertThat(refused.refusal().param()).isEqualTo("messages[2].content[1].tool_use_id");
    }

    @Test
    void a_budget_for_thoughts_is_said_in_words() {
        assertThat(effort(2048)).isEqualTo("low");
        assertThat(effort(2049)).isEqualTo("medium");
        assertThat(effort(8192)).isEqualTo("medium");
        assertThat(effort(8193)).isEqualTo("high");
    }

    private static String effort(int budget) {
        return Json.object(front("""
                {"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":%d},
                 "messages":[{"role":"user","content":"Hi"}]}""".formatted(budget)).chat().body())
                .path("reasoning_effort")
                .asText();
    }

    @Test
    void a_result_without_its_call_is_refused() {
        var refused = catchThrowableOfType(RefusedException.class, () -> front("""
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":[
                 {"type":"tool_result","tool_use_id":"a","content":"1"}]}]}"""));

        assertThat(refused.refusal().param()).isEqualTo("messages[0].content[0].tool_use_id");
    }

    @Test
    void what_chat_refuses_is_named_as_the_caller_knows_it() {
        var front = front(ASKED);

        assertThat(front.asked("stop")).isEqualTo("stop_sequences");
        assertThat(front.asked("messages[3].content")).isEqualTo("messages");
        assertThat(front.asked("tools[2].function.parameters.type")).isEqualTo("tools[2].input_schema.type");
        assertThat(front.asked("temperature")).isEqualTo("temperature");
    }

    @Test
    void marks_for_a_cache_are_named_where_no_backend_takes_them_and_kept_where_all_do() {
        var request = """
                {"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000},"speed":"fast",
                 "system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}],
                 "messages":[{"role":"user","content":"Hi"}]}""";

        assertThat(front(request).dropped()).containsExactly("cache_control", "speed");
        assertThat(front(request, true).dropped()).containsExactly("speed");
        assertThatJson(new String(front(request, true).chat().body(), UTF_8)).isEqualTo("""
                {"model":"m","max_completion_tokens":9000,"thinking":{"type":"enabled","budget_tokens":2000},
                 "messages":[{"role":"system","content":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}]},
                  {"role":"user","content":"Hi"}]}""");
    }

    /** Only what stays a part, or a tool, has a place for a mark. */
    @Test
    void a_mark_is_never_lost_unnamed() {
        for (var message : List.of(
                "{'role':'assistant','content':[{'type':'text','text':'A','cache_control':{'type':'ephemeral'}}]}",
                "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a','cache_control':{'type':'ephemeral'}}]}",
                "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a','content':["
                        + "{'type':'text','text':'A','cache_control':{'type':'ephemeral'}}]}]}")) {
            var request = """
                    {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"},
                     {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}}]},%s]}""".formatted(message.replace('\'', '"'));

            assertThat(front(request).dropped()).as(message).containsExactly("cache_control");
            assertThat(front(request, true).dropped()).as(message).containsExactly("cache_control");
        }
    }

    @Test
    void a_mark_of_a_tool_stays_where_all_backends_take_it() {
        var request = """
                {"model":"m","max_tokens":1,"messages":[{"role":"user","content":"Hi"}],
                 "tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"}}]}""";

        assertThat(front(request).dropped()).containsExactly("cache_control");
        assertThatJson(chat(request)).node("tools[0]").isEqualTo("""
                {"type":"function","function":{"name":"f","parameters":{"type":"object"}}}""");
        assertThat(front(request, true).dropped()).isEmpty();
        assertThatJson(new String(front(request, true).chat().body(), UTF_8))
                .node("tools[0]")
                .isEqualTo("""
                {"type":"function","function":{"name":"f","parameters":{"type":"object"}},
                 "cache_control":{"type":"ephemeral"}}""");
    }

    @Test
    void a_refusal_is_a_text_and_ends_the_message_as_one() {
        assertThatJson(whole(ASKED, """
                {"model":"n","service_tier":"flex","choices":[{"finish_reason":"stop",
                 "message":{"role":"assistant","content":null,"refusal":"No."}}]}""")).isEqualTo("""
                {"id":"msg_1","type":"message","role":"assistant","model":"n","content":[{"type":"text","text":"No."}],
                 "stop_reason":"refusal","stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,
                  "cache_read_input_tokens":0,"output_tokens":0,"service_tier":"flex"}}""");
    }

    @Test
    void a_stream_that_is_refused_once_it_has_begun_ends_with_an_event() {
        var told = Reply.Whole.json(503, "{\"type\":\"error\"}".getBytes(UTF_8));

        assertThat(new String(front(ASKED).failed(told), UTF_8))
                .isEqualTo("event: error\ndata: {\"type\":\"error\"}\n\n");
    }

    @Test
    void the_events_of_a_stream_are_those_of_its_message() {
        assertThat(new String(front(ASKED).events().end(false), UTF_8))
                .contains("\"id\":\"msg_1\"")
                .contains("\"request_id\":\"req_1\"");
    }

    @Test
    void a_whole_answer_is_a_message() {
        assertThatJson(whole("""
                {"model":"m","max_tokens":9000,"thinking":{"type":"adaptive"},
                 "messages":[{"role":"user","content":"Hi"}]}""", """
                {"id":"c","model":"n","service_tier":"default","choices":[{"index":0,"finish_reason":"tool_calls",
                 "message":{"role":"assistant","content":"So","reasoning_content":"HmAh",
                 "reasoning_details":[{"type":"reasoning.text","text":"Hm","signature":"S"},
                  {"type":"reasoning.encrypted","data":"D"},{"type":"reasoning.text","text":"Ah","signature":"T"}],
                 "tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\": 1}"}},
                  {"id":"","type":"function","function":{"name":"g","arguments":""}},
                  {"id":"c","type":"function","function":{"name":"h","arguments":"{\\"cut"}}]}}],
                 "usage":{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":3,
                  "cache_write_tokens":2}}}""")).isEqualTo("""
                {"id":"msg_1","type":"message","role":"assistant","model":"n","content":[
                  {"type":"thinking","thinking":"Hm","signature":"S"},{"type":"redacted_thinking","data":"D"},
                  {"type":"thinking","thinking":"Ah","signature":"T"},{"type":"text","text":"So"},
                  {"type":"tool_use","id":"a","name":"f","input":{"x":1}},
                  {"type":"tool_use","id":"toolu_1","name":"g","input":{}},
                  {"type":"tool_use","id":"c","name":"h","input":{"INVALID_JSON":"{\\"cut"}}],
                 "stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":2,
                  "cache_read_input_tokens":3,"output_tokens":5,"service_tier":"standard"}}""");
    }

    @Test
    void each_signature_has_the_text_that_it_signs() {
        assertThat(thoughts("Two", """
                {"type":"reasoning.text","text":"","signature":"S"},{"type":"reasoning.text","text":"Two","signature":"T"}""")).containsExactly(":S", "Two:T");
        assertThat(thoughts("One", "{\"type\":\"reasoning.text\",\"signature\":\"S\"}"))
                .containsExactly("One:S");
        assertThat(thoughts("One", "{\"type\":\"reasoning.text\",\"text\":\"One\"}"))
                .containsExactly("One:");
        assertThat(thoughts("", """
                {"type":"reasoning.text","text":"One"},{"type":"reasoning.text","text":"Two"}""")).containsExactly("OneTwo:");
        assertThat(thoughts("", "{\"type\":\"reasoning.summary\",\"signature\":\"S\"}"))
                .isEmpty();
        assertThat(thoughts("OneTwo", """
                {"type":"reasoning.text","text":"One","signature":"S"},{"type":"reasoning.text","text":"Two"}""")).containsExactly("One:S", "Two:");
    }

    @Test
    void what_is_encrypted_follows_the_thoughts_that_nobody_signed() {
        assertThatJson(whole("""
                {"model":"m","max_tokens":1,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}]}""", """
                {"choices":[{"message":{"reasoning_content":"Hm",
                 "reasoning_details":[{"type":"reasoning.encrypted","data":"D"}]},"finish_reason":"stop"}]}""")).node("content").isEqualTo("""
                [{"type":"thinking","thinking":"Hm","signature":""},{"type":"redacted_thinking","data":"D"}]""");
    }

    private static List<String> thoughts(String reasoning, String details) {
        var told = Json.object(whole("""
                {"model":"m","max_tokens":1,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}]}""", """
                {"choices":[{"message":{"reasoning_content":"%s","reasoning_details":[%s]},"finish_reason":"stop"}]}""".formatted(reasoning, details)).getBytes(UTF_8));
        var thoughts = new ArrayList<String>();
        for (var block : told.path("content")) {
            thoughts.add(block.path("thinking").asText() + ":"
                    + block.path("signature").asText());
        }
        return thoughts;
    }

    @Test
    void thoughts_that_nobody_asked_for_are_not_shown() {
        assertThatJson(whole(ASKED, """
                {"choices":[{"message":{"content":"A","reasoning_content":"B"},"finish_reason":"stop"}]}""")).node("content").isEqualTo("[{\"type\":\"text\",\"text\":\"A\"}]");
    }

    @Test
    void every_end_has_its_word() {
        assertThat(stop("stop", "")).isEqualTo("end_turn:null");
        assertThat(stop("length", "")).isEqualTo("max_tokens:null");
        assertThat(stop("content_filter", "")).isEqualTo("refusal:null");
        assertThat(stop("stop", "x")).isEqualTo("stop_sequence:x");
        assertThat(stop("stop", "other")).isEqualTo("end_turn:null");
    }

    private static String stop(String finish, String matched) {
        var told = Json.object(whole("""
                {"model":"m","max_tokens":1,"stop_sequences":["x"],"messages":[{"role":"user","content":"Hi"}]}""", """
                {"choices":[{"message":{"content":"A"},"finish_reason":"%s","stop_reason":"%s"}]}""".formatted(finish, matched)).getBytes(UTF_8));
        return told.path("stop_reason").asText() + ":"
                + told.path("stop_sequence").asText();
    }
}
