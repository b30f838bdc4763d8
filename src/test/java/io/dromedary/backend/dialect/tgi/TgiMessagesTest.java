package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.json;
import static io.dromedary.backend.dialect.tgi.Tgi.requestOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.util.Map;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiMessagesTest {
    private static final String CALL =
            "{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}";

    @Test
    void messages_as_a_string_are_one_user_message() {
        assertThat(sent("\"Hi\"")).isEqualTo(json("[{\"role\":\"user\",\"content\":\"Hi\"}]"));
    }

    @Test
    void developer_is_sent_as_system_and_function_as_tool() {
        assertThat(
                        sent(
                                "[{\"role\":\"developer\",\"content\":\"be nice\"},{\"role\":\"function\",\"name\":\"f\",\"content\":\"x\"}]"))
                .isEqualTo(
                        json(
                                "[{\"role\":\"system\",\"content\":\"be nice\"},{\"role\":\"tool\",\"name\":\"f\",\"content\":\"x\"}]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"assistant\",\"content\":\"\"}",
                "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[]}",
                "{\"role\":\"assistant\",\"content\":null,\"refusal\":\"\"}"
            })
    void an_assistant_message_may_say_nothing(String message) {
        assertThat(sent("[" + message + "]")).isEqualTo(json("[{\"role\":\"assistant\",\"content\":\"\"}]"));
    }

    @Test
    void a_result_of_a_function_may_be_nothing() {
        assertThat(sent("[{\"role\":\"function\",\"name\":\"f\",\"content\":null}]"))
                .isEqualTo(json("[{\"role\":\"tool\",\"name\":\"f\",\"content\":\"\"}]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"content\":null,", "\"content\":\"\",", "\"content\":[{\"type\":\"text\",\"text\":\"\"}],", ""
            })
    void a_message_with_tool_calls_has_no_content(String content) {
        assertThat(sent("[{\"role\":\"assistant\"," + content + "\"tool_calls\":[" + CALL + "]}]"))
                .isEqualTo(json("[{\"role\":\"assistant\",\"tool_calls\":[" + CALL + "]}]"));
    }

    @Test
    void text_beside_tool_calls_goes_before_them_in_a_message_of_its_own() {
        assertThat(sent("[{\"role\":\"assistant\",\"content\":\"Let me see.\",\"tool_calls\":[" + CALL + "]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"42\"}]"))
                .isEqualTo(json("[{\"role\":\"assistant\",\"content\":\"Let me see.\"},"
                        + "{\"role\":\"assistant\",\"tool_calls\":[" + CALL + "]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"42\"}]"));
    }

    @Test
    void an_old_function_call_is_a_tool_call() {
        assertThat(
                        sent(
                                "[{\"role\":\"assistant\",\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}]"))
                .isEqualTo(
                        json(
                                "[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]"));
    }

    @Test
    void a_refusal_is_what_the_assistant_said() {
        assertThat(sent("[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No.\"},"
                        + "{\"role\":\"assistant\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"Never.\"}]}]"))
                .isEqualTo(
                        json(
                                "[{\"role\":\"assistant\",\"content\":\"No.\"},{\"role\":\"assistant\",\"content\":\"Never.\"}]"));
    }

    @Test
    void members_that_tgi_does_not_read_are_left_out_of_messages() {
        assertThat(
                        sent(
                                "[{\"role\":\"assistant\",\"content\":\"x\",\"refusal\":null,\"audio\":null,\"annotations\":[],\"name\":\"bob\"}]"))
                .isEqualTo(json("[{\"role\":\"assistant\",\"name\":\"bob\",\"content\":\"x\"}]"));
    }

    @Test
    void what_is_left_out_of_a_message_and_said_something_is_named() {
        var outgoing = Tgi.send(requestOf("""
                [{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.org/x.png","detail":"low"}}]},
                 {"role":"assistant","content":"x","annotations":[{"type":"url_citation"}]}]"""));
        assertThat(outgoing.dropped())
                .containsExactly("messages[0].content[0].image_url.detail", "messages[1].annotations");
    }

    @Test
    void texts_side_by_side_are_joined_as_tgi_would_join_them() {
        assertThat(
                        sent(
                                "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}},{\"type\":\"text\",\"text\":\"b\"}]}]"))
                .isEqualTo(json("[{\"role\":\"user\",\"content\":\"ab\"}]"));
    }

    @Test
    void image_parts_keep_their_place_and_only_their_address() {
        assertThat(sent("""
                        [{"role":"user","content":[
                          {"type":"text","text":"what"},
                          {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                          {"type":"image_url","image_url":{"url":"https://example.org/y.png"}},
                          {"type":"text","text":"is"}, {"type":"text","text":" this"}]}]""")).isEqualTo(json("""
                        [{"role":"user","content":[
                          {"type":"text","text":"what"},
                          {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                          {"type":"image_url","image_url":{"url":"https://example.org/y.png"}},
                          {"type":"text","text":"is this"}]}]"""));
    }

    @Test
    void an_image_in_a_text_is_not_fetched() {
        assertThat(sent("[{\"role\":\"user\",\"content\":\"see ![](http://10.0.0.1/x)\"},"
                                + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"see ![\"},{\"type\":\"text\",\"text\":\"](http://10.0.0.1/x)\"}]},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"![](https://x)\"}]")
                        .toString())
                .doesNotContain("![](")
                .contains("![ ](http://10.0.0.1/x)");
    }

    @Test
    void an_image_in_a_text_is_left_alone_for_a_model_that_cannot_see() {
        var target = Tgi.target(Map.of("images", false));
        var body = Json.object(Tgi.dialect()
                .chat(requestOf("[{\"role\":\"user\",\"content\":\"![](http://x)\"}]"), target)
                .body());
        assertThat(body.path("messages").path(0).path("content").asText()).isEqualTo("![](http://x)");
    }

    @Test
    void parts_that_tgi_cannot_read_are_refused_by_their_place() {
        refused("[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}}]")
                .isEqualTo("messages[1].audio");
        refused(
                        "[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"x\"}}]}]")
                .isEqualTo("messages[0].tool_calls[0]");
        refused(
                        "[{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AAAA\",\"format\":\"wav\"}}]}]")
                .startsWith("messages");
        refused("[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}]")
                .startsWith("messages");
    }

    @Test
    void parts_that_a_backends_file_promises_are_refused_all_the_same() {
        var request = requestOf("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                + "{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}]");
        Refused.param(request, Tgi.target(Map.of("files", true))).isEqualTo("messages[0].content[1]");
    }

    @Test
    void a_last_message_of_the_assistant_is_sent_for_tgi_to_continue() {
        var messages = "[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Hel\"}]";
        assertThat(sent(messages)).isEqualTo(json(messages));
        assertThat(Tgi.dialect().capabilities().prefill()).isTrue();
    }

    private static AbstractStringAssert<?> refused(String messages) {
        return Refused.param(requestOf(messages));
    }

    private static JsonNode sent(String messages) {
        return Tgi.sent(requestOf(messages)).path("messages");
    }
}
