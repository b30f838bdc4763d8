package io.dromedary.backend.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.dromedary.api.json.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchemaExampleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\": \"string\"}|\"Hello\"",
                "{\"type\": \"string\", \"maxLength\": 2}|\"He\"",
                "{\"type\": \"string\", \"minLength\": 7}|\"Hello..\"",
                "{\"type\": \"string\", \"format\": \"date\"}|\"2026-01-01\"",
                "{\"type\": \"string\", \"format\": \"uuid\"}|\"00000000-0000-4000-8000-000000000000\"",
                "{\"type\": \"integer\"}|0",
                "{\"type\": \"integer\", \"minimum\": 3}|3",
                "{\"type\": \"integer\", \"exclusiveMinimum\": 3}|4",
                "{\"type\": \"integer\", \"maximum\": -2}|-2",
                "{\"type\": \"integer\", \"minimum\": 7, \"multipleOf\": 5}|10",
                "{\"type\": \"number\"}|0",
                "{\"type\": \"number\", \"exclusiveMinimum\": 0.25, \"maximum\": 0.75}|0.5",
                "{\"type\": \"number\", \"exclusiveMinimum\": 0}|1",
                "{\"type\": \"number\", \"minimum\": 0.3, \"multipleOf\": 0.25}|0.5",
                "{\"type\": \"boolean\"}|true",
                "{\"type\": \"null\"}|null",
                "{\"type\": [\"null\", \"integer\"]}|0",
                "{\"enum\": [\"b\", \"a\"]}|\"b\"",
                "{\"const\": 7}|7",
                "{\"type\": \"string\", \"default\": \"d\"}|\"d\"",
                "{\"type\": \"string\", \"examples\": [\"e\"]}|\"e\"",
                "{\"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"null\"}]}|0",
                "{\"oneOf\": [{\"const\": 1}, {\"const\": 2}]}|1",
                "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}|[0]",
                "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}, \"minItems\": 3}|[0, 0, 0]",
                "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}, \"maxItems\": 0}|[]",
                "{\"type\": \"array\", \"prefixItems\": [{\"const\": 1}, {\"const\": \"two\"}]}|[1, \"two\"]",
                "{\"type\": \"object\"}|{}",
                "{\"properties\": {\"a\": {\"type\": \"integer\"}, \"b\": {}}, \"required\": [\"b\"]}|{\"b\": \"Hello\"}",
                "{\"type\": \"object\", \"required\": [\"x\"], \"additionalProperties\": {\"type\": \"integer\"}}|{\"x\": 0}",
                "{}|\"Hello\""
            })
    void each_kind_of_schema_has_its_example(String schema, String example) {
        assertThat(SchemaExample.json(Objects.requireNonNull(Json.read(schema.getBytes(UTF_8))), "Hello"))
                .isEqualTo(example);
        assertSatisfied(schema);
    }

    @Test
    void definitions_are_followed() {
        assertThat(example("""
                                {"type": "object", "required": ["from", "to", "old"], "properties": {
                                   "from": {"$ref": "#/$defs/place"}, "to": {"$ref": "#/$defs/place"},
                                   "old": {"$ref": "#/definitions/year"}},
                                 "$defs": {"place": {"type": "object", "required": ["city"],
                                   "properties": {"city": {"type": "string"}}}},
                                 "definitions": {"year": {"type": "integer", "minimum": 1900}}}
                                """))
                .isEqualTo("{\"from\": {\"city\": \"Hello\"}, \"to\": {\"city\": \"Hello\"}, \"old\": 1900}");
    }

    @Test
    void all_of_is_one_schema() {
        assertThat(example("""
                                {"$defs": {"named": {"type": "object", "properties": {"name": {"type": "string"}},
                                   "required": ["name"]}},
                                 "allOf": [{"$ref": "#/$defs/named"},
                                   {"properties": {"age": {"type": "integer"}}, "required": ["age"]}]}
                                """)).isEqualTo("{\"name\": \"Hello\", \"age\": 0}");
    }

    @Test
    void a_list_that_may_end_ends() {
        assertThat(example("""
                                {"type": "object", "required": ["value", "next", "children"], "properties": {
                                  "value": {"type": "integer"},
                                  "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
                                  "children": {"type": "array", "items": {"$ref": "#"}}}}
                                """)).isEqualTo("{\"value\": 0, \"next\": null, \"children\": []}");
    }

    @Test
    void a_schema_that_nothing_satisfies_ends_all_the_same() {
        var schema = "{\"type\": \"object\", \"required\": [\"a\", \"b\"],"
                + " \"properties\": {\"a\": {\"$ref\": \"#\"}, \"b\": {\"$ref\": \"#\"}}}";
        assertThat(SchemaExample.json(Objects.requireNonNull(Json.read(schema.getBytes(UTF_8))), ""))
                .hasSizeLessThan(100_000);
    }

    @Test
    void a_huge_demand_has_a_bounded_example() {
        var schema = "{\"type\": \"array\", \"minItems\": 2000000000,"
                + " \"items\": {\"type\": \"string\", \"minLength\": 2000000000}}";
        assertThat(SchemaExample.json(Objects.requireNonNull(Json.read(schema.getBytes(UTF_8))), "x".repeat(1_000_000)))
                .hasSizeLessThan(300_000);
    }

    @Test
    void a_reference_that_leads_nowhere_allows_anything() {
        var schema = "{\"$ref\": \"https://example.com/other.json\"}";
        assertThat(SchemaExample.json(Objects.requireNonNull(Json.read(schema.getBytes(UTF_8))), "Hello"))
                .isEqualTo("\"Hello\"");
    }

    private static String example(String schema) {
        assertSatisfied(schema);
        return SchemaExample.json(Objects.requireNonNull(Json.read(schema.getBytes(UTF_8))), "Hello");
    }

    private static void assertSatisfied(String schema) {
        var tree = Objects.requireNonNull(Json.read(schema.getBytes(UTF_8)));
        var example = SchemaExample.json(tree, "Hello");
        var validator =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(tree);
        assertThat(validator.validate(Objects.requireNonNull(Json.read(example.getBytes(UTF_8)))))
                .as(example)
                .isEmpty();
    }
}
