package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Answers whose content is a list of parts. */
final class ContentPartsTest {
    @Test
    void text_becomes_the_content_and_thoughts_go_beside_it() {
        var message = message(
                "[{'type':'thinking','thinking':[{'type':'text','text':'One '},{'type':'text','text':'\\u00e9'}]},"
                        + "{'type':'text','text':'Ye'},{'type':'reference','reference_ids':[1]},{'type':'text','text':'s'}]");

        assertThat(message.path("content").textValue()).isEqualTo("Yes");
        assertThat(message.path("reasoning_content").textValue()).isEqualTo("One é");
    }

    @Test
    void thoughts_may_be_a_text() {
        var message = message("[{'type':'thinking','thinking':'Hm'}]");

        assertThat(message.path("content").textValue()).isEmpty();
        assertThat(message.path("reasoning_content").textValue()).isEqualTo("Hm");
    }

    @Test
    void where_there_are_no_thoughts_there_is_no_member_for_them() {
        var message = message("[{'type':'text','text':'Yes'}]");

        assertThat(message.path("content").textValue()).isEqualTo("Yes");
        assertThat(message.has("reasoning_content")).isFalse();
    }

    @Test
    void a_stream_is_told_the_same_piece_by_piece() {
        var answer = Answers.answer(Answers.STREAM, Map.of());
        var event = Answers.event(
                answer,
                quoted("{'id':'c1','model':'m','choices':[{'index':0,'delta':{'role':'assistant','content':"
                        + "[{'type':'thinking','thinking':[{'type':'text','text':'Hm'}]}]}}]}"));

        assertThat(event).contains(quoted("'content':'','reasoning_content':'Hm'"));
    }

    private static JsonNode message(String content) {
        var answer = Answers.answer(Answers.UNARY, Map.of());
        var whole = answer.whole(Answers.bytes(quoted(
                "{'id':'1','object':'chat.completion','model':'m','choices':[{'index':0,'message':{'role':'assistant',"
                        + "'content':" + content + "},'finish_reason':'stop'}]}")));
        assertThat(answer.failure()).isNull();
        return Json.object(Objects.requireNonNull(whole)).at("/choices/0/message");
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
