package io.dromedary.api.responses;

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
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two published descriptions are the judges of what is sent. Skipped where they are not at hand. */
final class PublishedSchemasTest {
    private static final Set<String> FOREIGN =
            Set.of("custom_tool_call", "web_search_call", "mcp_approval_request", "image_generation_call");
    private static final Map<String, Description> READ = new HashMap<>();

    static List<ReplyCase> cases() {
        return ReplyCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void each_event_is_one_by_openais_description(ReplyCase written) throws IOException {
        var description = description("openai-openapi.json");
        for (var event : written.told()) {
            asOpenAi(event);
            assertThat(description.faults(event)).as(event.toString()).isEmpty();
        }
    }

    /** Two places where OpenAI does not send what it describes: its clients take both, and so do we send them. */
    private static void asOpenAi(ObjectNode event) {
        if (event.path("response") instanceof ObjectNode response) {
            // until something was counted
            if (response.path("usage").isNull()) {
                response.remove("usage");
            }
            if (response.path("text").path("format") instanceof ObjectNode format
                    && format.path("description").isNull()) {
                format.remove("description");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void each_event_is_one_by_open_responses(ReplyCase written) throws IOException {
        var description = description("openresponses-openapi-2026-04-24.json");
        for (var event : written.told()) {
            if (isOpenResponses(event)) {
                asOpenResponses(event);
                assertThat(description.faults(event)).as(event.toString()).isEmpty();
            }
        }
    }

    /** Other tools, and thoughts as they come, are OpenAI's alone: whoever asks for them does not speak the other. */
    private static boolean isOpenResponses(ObjectNode event) {
        var type = event.path("type").asText();
        return !type.contains("custom_tool_call")
                && !type.startsWith("response.reasoning_text.")
                && !FOREIGN.contains(event.path("item").path("type").asText())
                && !event.toString().contains("\"file_citation\"");
    }

    /** What a response cannot say by that description, though a request can ask for it. */
    private static void asOpenResponses(ObjectNode event) {
        if (event.path("response") instanceof ObjectNode response) {
            // a schema has to be null there, by a fault of what generates the description
            if (response.path("text").path("format") instanceof ObjectNode format && format.has("schema")) {
                format.putNull("schema");
            }
            FOREIGN.forEach(type -> without(response.path("output"), type));
            without(response.path("tools"), "custom");
            without(response.path("tools"), "web_search");
            without(response.path("tools"), "mcp");
            if (response.path("tool_choice").path("type").asText().equals("custom")) {
                response.put("tool_choice", "auto");
            }
        }
    }

    private static void without(JsonNode list, String type) {
        var each = list.elements();
        while (each.hasNext()) {
            if (each.next().path("type").asText().equals(type)) {
                each.remove();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai-openapi.json", "openresponses-openapi-2026-04-24.json"})
    void both_descriptions_tell_an_event_that_lacks_something(String file) throws IOException {
        var description = description(file);
        var events = cases().getFirst().told();
        var added = events.get(2);
        assertThat(description.faults(added)).isEmpty();
        assertThat(description.faults(added.deepCopy().without(List.of("item"))))
                .isNotEmpty();
        var last = events.getLast();
        ((ObjectNode) last.path("response")).remove("tools");
        assertThat(description.faults(last)).isNotEmpty();
    }

    private static Description description(String file) throws IOException {
        var path = Published.path("contract", file);
        assumeTrue(Files.exists(path), () -> path + " is not at hand");
        var known = READ.get(file);
        if (known == null) {
            known = new Description(Json.MAPPER.readTree(path.toFile()));
            READ.put(file, known);
        }
        return known;
    }

    /** A published description, with a schema for each type of event. */
    private static final class Description {
        private final JsonNode document;
        private final Map<String, String> names = new HashMap<>();
        private final Map<String, JsonSchema> schemas = new HashMap<>();

        Description(JsonNode document) {
            this.document = document;
            for (var schema : document.path("components").path("schemas").properties()) {
                var type = schema.getValue().path("properties").path("type").path("enum");
                if (schema.getKey().endsWith("Event") && !schema.getKey().startsWith("Beta") && type.size() == 1) {
                    names.put(type.get(0).asText(), schema.getKey());
                }
            }
        }

        List<String> faults(ObjectNode event) {
            var type = event.path("type").asText();
            assertThat(names).containsKey(type);
            return schemas
                    .computeIfAbsent(type, any -> schema(Objects.requireNonNull(names.get(type))))
                    .validate(event)
                    .stream()
                    .map(ValidationMessage::toString)
                    .toList();
        }

        private JsonSchema schema(String name) {
            var root = Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
            root.set("components", document.path("components"));
            return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(root);
        }
    }
}
