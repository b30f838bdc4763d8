package io.dromedary.backend.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Dialect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Messages as they are sent to a backend that takes them otherwise than OpenAI does. */
final class MessageFormTest {
    private static final String USER = "{'role':'user','content':'hi'}";

    /** What a backend wants, and messages that are right for it already, odd spaces and all. */
    static final List<Arguments> RIGHT_ALREADY = List.of(
            Arguments.of("messageMembers", List.of("role", "content"), "[ {'role' : 'user','content':'hi'} ]"),
            Arguments.of("contentParts", false, "[ {'role' : 'user','content':'hi'} ]"),
            Arguments.of(
                    "contentParts",
                    false,
                    "[ {'role' : 'user','content':[{'type':'text','text':'?'},"
                            + "{'type':'image_url','image_url':{'url':'data:,'}}]} ]"),
            Arguments.of(
                    "imageUrls",
                    false,
                    "[ {'role' : 'user','content':[{'type':'image_url','image_url':{'url':'data:,'}}]} ]"),
            Arguments.of(
                    "toolIdLength",
                    4,
                    "[ {'role' : 'user','content':'hi'},{'role':'assistant','tool_calls':[{'id':'aZ09','type':'function',"
                            + "'function':{'name':'f','arguments':'{}'}}]},{'role':'tool','tool_call_id':'aZ09','content':''} ]"),
            Arguments.of(
                    "toolSignatures",
                    true,
                    "[ {'role' : 'user','content':'hi'},{'role':'assistant','tool_calls':[{'id':'a','type':'function',"
                            + "'function':{'name':'f','arguments':'{}'},'extra_content':{'google':{'thought_signature':'s'}}}]},"
                            + "{'role':'tool','tool_call_id':'a','content':''} ]"),
            Arguments.of(
                    "toolSignatures", true, "[ {'role' : 'assistant','content':'a','tool_calls':null}," + USER + " ]"),
            Arguments.of(
                    "reasoningNeeded",
                    true,
                    "[ {'role' : 'assistant','content':'a','reasoning_content':'r'}," + USER + " ]"),
            Arguments.of(
                    "thinkingParts",
                    true,
                    "[ {'role' : 'assistant','content':'a','reasoning_content':null}," + USER + " ]"));

    @ParameterizedTest
    @FieldSource("RIGHT_ALREADY")
    void messages_that_are_right_already_keep_every_byte(String wish, Object value, String messages) {
        assertThat(new String(outgoing(messages, Map.of(wish, value)).body(), UTF_8))
                .contains(quoted(messages));
    }

    @Test
    void text_in_parts_becomes_lines_where_no_parts_are_taken() {
        var sent = sent(
                "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]}]",
                Map.of("contentParts", false));

        assertThat(sent.path(0).path("content").textValue()).isEqualTo("a\nb");
    }

    @Test
    void an_assistant_has_thoughts_where_they_are_needed_an_empty_one_or_those_under_the_other_name() {
        var sent = sent(
                "[" + USER + ",{'role':'assistant','content':'a'},{'role':'assistant','content':'b','reasoning':'hm'}]",
                Map.of("reasoningNeeded", true));

        assertThat(sent.path(0).has("reasoning_content")).isFalse();
        assertThat(sent.path(1).path("reasoning_content").textValue()).isEmpty();
        assertThat(sent.path(2).path("reasoning_content").textValue()).isEqualTo("hm");
    }

    @Test
    void thoughts_go_under_the_name_that_is_known_or_are_told_where_none_is() {
        var messages = "[" + USER + ",{'role':'assistant','content':'a','reasoning_content':'hm'}]";
        var renamed = outgoing(messages, Map.of("messageMembers", List.of("role", "content", "reasoning")));
        var lost = outgoing(messages, Map.of("messageMembers", List.of("role", "content")));
        var kept = outgoing(messages, Map.of("messageMembers", List.of("role", "content", "reasoning_content")));

        assertThat(messages(renamed).path(1)).isEqualTo(json("{'role':'assistant','content':'a','reasoning':'hm'}"));
        assertThat(renamed.dropped()).isEmpty();
        assertThat(messages(lost).path(1)).isEqualTo(json("{'role':'assistant','content':'a'}"));
        assertThat(lost.dropped()).containsExactly("messages[1].reasoning_content");
        assertThat(messages(kept).path(1).path("reasoning_content").textValue()).isEqualTo("hm");
    }

    @Test
    void thoughts_are_a_part_before_the_words_where_parts_are_wanted() {
        var sent = sent(
                "[" + USER
                        + ",{'role':'assistant','content':'','reasoning_content':'r1'},"
                        + "{'role':'assistant','content':[{'type':'text','text':'b'}],'reasoning_content':'r2'},"
                        + "{'role':'assistant','content':'c','reasoning_content':''}]",
                Map.of("thinkingParts", true));

        assertThat(sent.path(1))
                .isEqualTo(json("{'role':'assistant','content':[{'type':'thinking','thinking':"
                        + "[{'type':'text','text':'r1'}]}]}"));
        assertThat(sent.path(2))
                .isEqualTo(json("{'role':'assistant','content':[{'type':'thinking','thinking':"
                        + "[{'type':'text','text':'r2'}]},{'type':'text','text':'b'}]}"));
        assertThat(sent.path(3)).isEqualTo(json("{'role':'assistant','content':'c'}"));
    }

    @Test
    void members_of_a_message_that_are_not_known_are_told_where_they_say_something() {
        var outgoing = outgoing(
                "[{'role':'user','content':'hi','a':5,'b':null,'c':'','d':[],'e':{},'f':[0],'g':false,'h':'x'}]",
                Map.of("messageMembers", List.of("role", "content")));

        assertThat(messages(outgoing).path(0)).isEqualTo(json(USER));
        assertThat(outgoing.dropped())
                .containsExactlyInAnyOrder("messages[0].a", "messages[0].f", "messages[0].g", "messages[0].h");
    }

    @Test
    void a_refusal_stands_in_for_words_and_is_told_where_there_are_some() {
        var taken = Map.<String, Object>of("messageMembers", List.of("role", "content"));
        var silent = outgoing("[" + USER + ",{'role':'assistant','content':'','refusal':'No.'}]", taken);
        var both = outgoing("[" + USER + ",{'role':'assistant','content':'Yes.','refusal':'No.'}]", taken);

        assertThat(messages(silent).path(1)).isEqualTo(json("{'role':'assistant','content':'No.'}"));
        assertThat(silent.dropped()).isEmpty();
        assertThat(messages(both).path(1)).isEqualTo(json("{'role':'assistant','content':'Yes.'}"));
        assertThat(both.dropped()).containsExactly("messages[1].refusal");
    }

    @Test
    void an_id_of_another_length_or_with_other_signs_is_made_short() {
        var call = "[" + USER + ",{'role':'assistant','tool_calls':[{'id':'%1$s','type':'function',"
                + "'function':{'name':'f','arguments':'{}'}}]},{'role':'tool','tool_call_id':'%1$s','content':''}]";

        for (var id : new String[] {"call", "a-b0", "abc", "abcde"}) {
            var sent = sent(call.formatted(id), Map.of("toolIdLength", 4));
            var made = sent.at("/1/tool_calls/0/id").textValue();
            assertThat(made).matches("[0-9A-Za-z]{4}");
            assertThat(made.equals(id)).as(id).isEqualTo(id.equals("call"));
            assertThat(sent.at("/2/tool_call_id").textValue()).isEqualTo(made);
        }
    }

    @Test
    void a_refusal_among_parts_is_text_where_it_is_not_known() {
        var messages = "[" + USER + ",{'role':'assistant','content':[{'type':'refusal','refusal':'No.'}]}]";

        assertThat(sent(messages, Map.of("messageMembers", List.of("role", "content")))
                        .at("/1/content/0"))
                .isEqualTo(json("{'type':'text','text':'No.'}"));
        assertThat(sent(messages, Map.of("messageMembers", List.of("role", "content", "refusal")))
                        .at("/1/content/0/type")
                        .textValue())
                .isEqualTo("refusal");
    }

    private static Dialect.Outgoing outgoing(String messages, Map<String, Object> wishes) {
        return Answers.dialect()
                .chat(
                        ChatRequests.of("{\"model\":\"m\",\"messages\":" + quoted(messages) + "}"),
                        Answers.target(wishes));
    }

    private static JsonNode messages(Dialect.Outgoing outgoing) {
        return Json.object(outgoing.body()).path("messages");
    }

    private static JsonNode sent(String messages, Map<String, Object> wishes) {
        return messages(outgoing(messages, wishes));
    }

    private static JsonNode json(String text) {
        return Json.object(Answers.bytes(quoted(text)));
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
