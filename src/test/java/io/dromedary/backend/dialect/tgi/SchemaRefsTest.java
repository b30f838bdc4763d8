package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.Tgi.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SchemaRefsTest {
    @Test
    void a_schema_without_references_is_copied() {
        var schema = json("{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[1,\"x\",null]}}}");
        assertThat(SchemaRefs.inlined(schema, "p")).isEqualTo(schema).isNotSameAs(schema);
    }

    @Test
    void a_definition_may_be_used_more_than_once_and_refer_to_another() {
        assertThat(SchemaRefs.inlined(json("""
                                {"properties":{"a":{"$ref":"#/definitions/A"},"b":{"type":"array","items":{"$ref":"#/definitions/A"}}},
                                 "definitions":{"A":{"properties":{"c":{"$ref":"#/definitions/C"}}},"C":{"type":"null"}}}"""), "p")).isEqualTo(json("""
                                {"properties":{"a":{"properties":{"c":{"type":"null"}}},
                                               "b":{"type":"array","items":{"properties":{"c":{"type":"null"}}}}}}"""));
    }

    @Test
    void what_stands_beside_a_reference_wins_over_the_definition() {
        assertThat(SchemaRefs.inlined(json("""
                                {"properties":{"a":{"$ref":"#/$defs/A","description":"here"}},
                                 "$defs":{"A":{"type":"string","description":"there"}}}"""), "p"))
                .isEqualTo(json("{\"properties\":{\"a\":{\"type\":\"string\",\"description\":\"here\"}}}"));
    }

    @Test
    void references_are_unescaped() {
        assertThat(SchemaRefs.inlined(
                        json(
                                "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/List%5Bint%5D\"},\"b\":{\"$ref\":\"#/$defs/x~1y\"}},"
                                        + "\"$defs\":{\"List[int]\":{\"type\":\"array\"},\"x/y\":{\"type\":\"null\"}}}"),
                        "p"))
                .isEqualTo(json("{\"properties\":{\"a\":{\"type\":\"array\"},\"b\":{\"type\":\"null\"}}}"));
    }

    @Test
    void properties_may_be_called_like_keywords() {
        var schema = json("{\"properties\":{\"$ref\":{\"type\":\"string\"},\"$defs\":{\"type\":\"string\"}}}");
        assertThat(SchemaRefs.inlined(schema, "p")).isEqualTo(schema);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"properties\":{\"next\":{\"$ref\":\"#\"}}}",
                "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"}},\"$defs\":{\"A\":{\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"}}}}}",
                "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"}},\"$defs\":{\"A\":{\"$ref\":\"#/$defs/B\"},\"B\":{\"$ref\":\"#/$defs/A\"}}}"
            })
    void what_refers_to_itself_is_refused(String schema) {
        refused(schema, "refers to itself");
    }

    @Test
    void what_cannot_be_followed_is_refused() {
        refused("{\"properties\":{\"a\":{\"$ref\":\"#/$defs/None\"}}}", "does not define");
        refused("{\"properties\":{\"a\":{\"$ref\":\"https://example.org/s.json\"}}}", "within the schema");
        refused("{\"properties\":{\"a\":{\"$ref\":\"#/%zz\"}}}", "malformed");
        refused("[]", "must be an object");
    }

    @Test
    void what_explodes_when_it_is_written_out_is_refused() {
        var schema = new StringBuilder("{\"properties\":{\"a\":{\"$ref\":\"#/$defs/d0\"}},\"$defs\":{");
        for (var i = 0; i < 30; i++) {
            schema.append(
                    "\"d%d\":{\"properties\":{\"l\":{\"$ref\":\"#/$defs/d%d\"},\"r\":{\"$ref\":\"#/$defs/d%d\"}}},"
                            .formatted(i, i + 1, i + 1));
        }
        refused(schema.append("\"d30\":{\"type\":\"null\"}}}").toString(), "too large");
    }

    @Test
    void what_nests_too_deep_when_it_is_written_out_is_refused() {
        var schema = new StringBuilder("{\"properties\":{\"a\":{\"$ref\":\"#/$defs/d0\"}},\"$defs\":{");
        for (var i = 0; i < Json.MAX_DEPTH; i++) {
            schema.append("\"d%d\":{\"not\":{\"$ref\":\"#/$defs/d%d\"}},".formatted(i, i + 1));
        }
        refused(schema + "\"d%d\":{\"type\":\"null\"}}}".formatted(Json.MAX_DEPTH), "too large");
    }

    private static void refused(String schema, String why) {
        assertThatThrownBy(() -> SchemaRefs.inlined(json(schema), "response_format.json_schema.schema"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("response_format.json_schema.schema")
                .hasMessageContaining(why);
    }
}
