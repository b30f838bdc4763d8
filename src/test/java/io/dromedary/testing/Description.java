package io.dromedary.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A published description of an API, which says of what is sent whether it is as described. */
public final class Description {
    private static final Map<String, Description> READ = new HashMap<>();

    private final JsonNode document;
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, JsonSchema> schemas = new HashMap<>();

    private Description(JsonNode document) {
        this.document = document;
        for (var schema : document.path("components").path("schemas").properties()) {
            var type = schema.getValue().path("properties").path("type").path("enum");
            var name = schema.getKey();
            if (name.endsWith("Event")
                    && !name.startsWith("Beta")
                    && !name.startsWith("WebSocket")
                    && type.size() == 1) {
                names.put(type.get(0).asText(), name);
            }
        }
    }

    /** OpenAI's. */
    public static Description openAi() {
        return of("openai-openapi.json");
    }

    /** That of Open Responses. */
    public static Description openResponses() {
        return of("openresponses-openapi-2026-04-24.json");
    }

    /** In a file; what asks for one that is not at hand is skipped. */
    private static synchronized Description of(String file) {
        var path = Published.path("contract", file);
        assumeTrue(Files.exists(path), () -> path + " is not at hand");
        return READ.computeIfAbsent(file, any -> {
            try {
                return new Description(Json.MAPPER.readTree(path.toFile()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** What is wrong with an event, by its type. */
    public List<String> faults(ObjectNode event) {
        var type = event.path("type").asText();
        assertThat(names).containsKey(type);
        return faults(Objects.requireNonNull(names.get(type)), event);
    }

    /** What is wrong with something that should be like one of the named schemas. */
    public List<String> faults(String schema, JsonNode sent) {
        return schemas.computeIfAbsent(schema, this::schema).validate(sent).stream()
                .map(ValidationMessage::toString)
                .toList();
    }

    private JsonSchema schema(String name) {
        assertThat(document.path("components").path("schemas").has(name))
                .as(name)
                .isTrue();
        var root = Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
        root.set("components", document.path("components"));
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(root);
    }
}
