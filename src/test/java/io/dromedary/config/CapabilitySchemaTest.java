package io.dromedary.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Quirks;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The capabilities that a backend's file may override are the components of the record that holds them. */
final class CapabilitySchemaTest {
    @Test
    void schema_and_record_agree_on_names_and_types() throws IOException {
        Map<String, String> components = new LinkedHashMap<>();
        for (var component : Capabilities.class.getRecordComponents()) {
            if (component.getType() != Quirks.class) {
                components.put(component.getName(), type(component.getType()));
            }
        }
        for (var component : Quirks.class.getRecordComponents()) {
            components.put(component.getName(), type(component.getType()));
        }
        Map<String, String> properties = new LinkedHashMap<>();
        var schema = schema();
        schema.at("/$defs/capabilities/properties")
                .properties()
                .forEach(property -> properties.put(
                        property.getKey(),
                        resolved(schema, property.getValue()).path("type").asText()));

        assertThat(properties).containsExactlyEntriesOf(components);
    }

    private static String type(Class<?> type) {
        if (type == boolean.class) {
            return "boolean";
        }
        if (type == int.class) {
            return "integer";
        }
        if (type == Set.class) {
            return "array";
        }
        assertThat(type).isEqualTo(Map.class);
        return "object";
    }

    private static JsonNode resolved(JsonNode schema, JsonNode property) {
        return property.has("$ref") ? schema.at(property.path("$ref").asText().substring(1)) : property;
    }

    private static JsonNode schema() throws IOException {
        try (var stream = CapabilitySchemaTest.class.getResourceAsStream("/schema/backend.schema.json")) {
            return new ObjectMapper().readTree(stream);
        }
    }
}
