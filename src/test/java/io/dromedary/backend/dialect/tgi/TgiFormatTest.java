package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.json;
import static io.dromedary.backend.dialect.tgi.Tgi.request;
import static io.dromedary.backend.dialect.tgi.Tgi.requestWith;
import static io.dromedary.backend.dialect.tgi.Tgi.sent;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiFormatTest {
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],";
    private static final String SCHEMA =
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\","
                    + "\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}";

    @Test
    void text_is_left_out() {
        assertThat(sent(requestWith("\"response_format\":{\"type\":\"text\"}"))).isEqualTo(sent(request(Tgi.HELLO)));
    }

    @Test
    void a_schema_is_sent_as_a_value() {
        assertThat(sent(requestWith(SCHEMA)).path("response_format"))
                .isEqualTo(json("{\"type\":\"json_schema\",\"value\":{\"name\":\"x\","
                        + "\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}"));
    }

    @Test
    void references_are_written_out() {
        var format = "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
                + "{\"$ref\":\"#/$defs/A\",\"$defs\":{\"A\":{\"type\":\"object\",\"properties\":{\"b\":{\"$ref\":\"#/$defs/B\"}}},"
                + "\"B\":{\"type\":\"integer\"}}}}}";
        assertThat(sent(requestWith(format))
                        .path("response_format")
                        .path("value")
                        .path("schema"))
                .isEqualTo(json("{\"type\":\"object\",\"properties\":{\"b\":{\"type\":\"integer\"}}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":[]}}"
            })
    void a_schema_that_has_no_grammar_is_refused(String schema) {
        Refused.param(requestWith(
                        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":"
                                + schema + "}}"))
                .isEqualTo("response_format.json_schema.schema");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"type\":\"json_object\"}", "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}"})
    void an_arbitrary_object_is_asked_for_in_words(String format) {
        var body = sent(requestWith("\"response_format\":" + format));
        assertThat(body.has("response_format")).isFalse();
        assertThat(body.path("messages")).hasSize(2);
        assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("system");
        assertThat(body.path("messages").path(0).path("content").asText()).contains("JSON object");
        assertThat(body.path("messages").path(1).path("content").asText()).isEqualTo("Hi");
    }

    @Test
    void the_words_are_added_to_a_system_message_that_is_there() {
        var body = sent(request("{\"messages\":[{\"role\":\"developer\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\"}],\"response_format\":{\"type\":\"json_object\"}}"));
        assertThat(body.path("messages")).hasSize(2);
        assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("system");
        assertThat(body.path("messages").path(0).path("content").asText())
                .startsWith("Be brief.")
                .contains("JSON object");
    }

    @Test
    void a_grammar_beside_tools_is_refused() {
        Refused.param(requestWith(TOOLS + SCHEMA)).isEqualTo("response_format");
    }

    @Test
    void a_grammar_beside_tools_that_may_not_be_called_is_sent() {
        var body = sent(requestWith(TOOLS + "\"tool_choice\":\"none\"," + SCHEMA));
        assertThat(body.has("response_format")).isTrue();
        assertThat(body.has("tools")).isFalse();
    }

    @Test
    void words_do_not_clash_with_tools() {
        var body = sent(requestWith(TOOLS + "\"response_format\":{\"type\":\"json_object\"}"));
        assertThat(body.has("tools")).isTrue();
        assertThat(body.has("response_format")).isFalse();
    }

    @Test
    void the_form_of_tgi_itself_passes() {
        var format = "{\"type\":\"json_object\",\"value\":{\"type\":\"object\",\"properties\":{}}}";
        assertThat(sent(requestWith("\"response_format\":" + format)).path("response_format"))
                .isEqualTo(json(format));
    }

    @Test
    void the_form_of_tgi_itself_passes_beside_a_format_without_a_schema() {
        var value = ",\"value\":{\"name\":\"x\",\"schema\":{\"properties\":{}}}}";
        var format = "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}" + value;
        assertThat(sent(requestWith("\"response_format\":" + format)).path("response_format"))
                .isEqualTo(json("{\"type\":\"json_schema\"" + value));
    }
}
