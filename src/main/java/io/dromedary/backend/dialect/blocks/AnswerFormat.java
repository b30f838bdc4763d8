package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What {@code response_format} asks for.
 *
 * @param kind of format
 * @param name of the schema, perhaps empty
 * @param description of the schema, perhaps empty
 * @param schema null unless the kind is {@link Kind#SCHEMA}
 */
public record AnswerFormat(
        Kind kind,
        String name,
        String description,
        @Nullable ObjectNode schema) {
    /** Kinds of format. */
    public enum Kind {
        TEXT,
        /** Any JSON object: asked for in words. */
        OBJECT,
        SCHEMA
    }

    /** Name of the tool through which a model answers that is held to a schema by nothing else. */
    public static final String TOOL = "json_answer";

    /** The sentence that asks for a JSON object. */
    public static final String INSTRUCTION =
            "Answer with one valid JSON object and nothing else: no code fence, no words around it.";

    private static final AnswerFormat TEXT = new AnswerFormat(Kind.TEXT, "", "", null);

    public static AnswerFormat of(ChatRequest request) {
        var raw = request.rawValue("response_format");
        var format = raw == null ? null : Json.read(raw.getBytes(StandardCharsets.UTF_8));
        if (format == null) {
            return TEXT;
        }
        var declared = format.path("json_schema");
        return switch (Turns.text(format, "type")) {
            case "json_object" -> new AnswerFormat(Kind.OBJECT, "", "", null);
            case "json_schema" ->
                declared.path("schema") instanceof ObjectNode schema
                        ? new AnswerFormat(
                                Kind.SCHEMA, Turns.text(declared, "name"), Turns.text(declared, "description"), schema)
                        : new AnswerFormat(Kind.OBJECT, "", "", null);
            default -> TEXT;
        };
    }

    /** What the tool through which it is answered says of itself. */
    public String toolDescription() {
        return description.isEmpty()
                ? "Gives the answer to the user. Call it once, with the whole answer."
                : description;
    }

    /** The schema as the input of a tool, which has to be an object. */
    public JsonNode toolSchema() {
        var input = schema == null ? Json.MAPPER.createObjectNode() : schema.deepCopy();
        if (!input.has("type")) {
            input.put("type", "object");
        }
        return input;
    }
}
