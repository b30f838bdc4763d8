package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.json;
import static io.dromedary.backend.dialect.tgi.Tgi.requestWith;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiToolsTest {
    private static final String F =
            "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"strict\":true,"
                    + "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}";
    private static final String G = "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}";

    @Test
    void a_tool_keeps_what_tgi_reads() {
        assertThat(sent("\"tools\":[" + F + "]").path("tools"))
                .isEqualTo(json("[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\","
                        + "\"parameters\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"parameters\":null", ",\"parameters\":{}"})
    void missing_parameters_are_filled_in(String parameters) {
        assertThat(sent("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"" + parameters + "}}]")
                        .path("tools")
                        .path(0)
                        .path("function"))
                .isEqualTo(json("{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}"));
    }

    @Test
    void definitions_are_put_into_the_parameters_because_tgi_would_lose_them() {
        var tool = "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\","
                + "\"properties\":{\"p\":{\"$ref\":\"#/$defs/P\"}},\"$defs\":{\"P\":{\"type\":\"integer\"}}}}}";
        assertThat(sent("\"tools\":[" + tool + "]")
                        .path("tools")
                        .path(0)
                        .path("function")
                        .path("parameters"))
                .isEqualTo(json("{\"type\":\"object\",\"properties\":{\"p\":{\"type\":\"integer\"}}}"));
    }

    @Test
    void an_empty_list_of_tools_is_left_out_with_its_choice() {
        var body = sent("\"tools\":[],\"tool_choice\":\"auto\"");
        assertThat(body.has("tools")).isFalse();
        assertThat(body.has("tool_choice")).isFalse();
    }

    @Test
    void tools_that_may_not_be_called_are_left_out() {
        var body = sent("\"tools\":[" + F + "],\"tool_choice\":\"none\"");
        assertThat(body.has("tools")).isFalse();
        assertThat(body.has("tool_choice")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"auto\"|\"auto\"",
                "\"required\"|\"required\"",
                "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}|{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
                "{\"type\":\"function\",\"function\":{\"name\":\"f\"},\"allowed_tools\":null}|{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"
            })
    void a_choice_is_sent_in_the_form_that_tgi_reads(String choice, String sent) {
        assertThat(sent("\"tools\":[" + F + "],\"tool_choice\":" + choice).path("tool_choice"))
                .isEqualTo(json(sent));
    }

    @Test
    void no_choice_is_left_to_tgi() {
        assertThat(sent("\"tools\":[" + F + "]").has("tool_choice")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "required"})
    void allowed_tools_are_the_only_ones_sent(String mode) {
        var body = sent("\"tools\":[" + F + "," + G
                + "],\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"" + mode
                + "\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}");
        assertThat(body.path("tools")).hasSize(1);
        assertThat(body.path("tools").path(0).path("function").path("name").asText())
                .isEqualTo("g");
        assertThat(body.path("tool_choice").asText()).isEqualTo(mode);
    }

    @Test
    void tools_other_than_functions_are_refused_even_where_a_backends_file_promises_them() {
        var custom = "{\"type\":\"custom\",\"custom\":{\"name\":\"c\"}}";
        var promised = Tgi.target(Map.of("customTools", true));
        var request = requestWith("\"tools\":[" + F + "," + custom + "]");
        Refused.param(request).isEqualTo("tools");
        Refused.param(request, promised).isEqualTo("tools[1].type");
        Refused.param(requestWith("\"tools\":[" + custom + "],\"tool_choice\":" + custom), promised)
                .isEqualTo("tools[0].type");
    }

    private static JsonNode sent(String members) {
        return Tgi.sent(requestWith(members));
    }
}
