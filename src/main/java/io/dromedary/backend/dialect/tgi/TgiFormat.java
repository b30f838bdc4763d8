package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.TgiRequest.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;

/**
 * {@code response_format}. TGI compiles schemas to a grammar, and only those that have {@code properties}: an object with
 * none of them would have to stay empty. An arbitrary JSON object is therefore asked for in words, as OpenAI's clients
 * have to do anyway, and is the model's promise rather than a grammar's. TGI's own form, with a {@code value}, is passed on.
 */
final class TgiFormat {
    private static final String SCHEMA = "response_format.json_schema.schema";
    private static final String INSTRUCTION = "Answer with one valid JSON object and nothing else.";

    private final ObjectNode body;

    private TgiFormat(ObjectNode body) {
        this.body = body;
    }

    /** To be called when tools and messages are rewritten. */
    static void rewrite(ObjectNode body) {
        var format = body.remove("response_format");
        if (format != null) {
            new TgiFormat(body).rewrite(format);
        }
    }

    private void rewrite(JsonNode format) {
        var type = text(format, "type");
        if (type.equals("text")) {
            return;
        }
        if (format.path("json_schema").hasNonNull("schema")) {
            constrain(schema(format.path("json_schema")));
        } else if (format.hasNonNull("value")) {
            constrain((ObjectNode) body.objectNode().put("type", type).set("value", format.path("value")));
        } else {
            instruct();
        }
    }

    private ObjectNode schema(JsonNode declared) {
        var schema = SchemaRefs.inlined(declared.path("schema"), SCHEMA);
        if (!schema.path("properties").isObject()) {
            throw RefusedException.badRequest(
                    SCHEMA, "The backend that serves this model takes only schemas with properties at the top.");
        }
        var format = body.objectNode().put("type", "json_schema");
        format.putObject("value").put("name", text(declared, "name")).set("schema", schema);
        return format;
    }

    private void constrain(ObjectNode grammar) {
        if (body.has("tools")) {
            throw RefusedException.badRequest(
                    "response_format",
                    "The backend that serves this model cannot combine response_format with tools. Leave one of them"
                            + " out, or set tool_choice to none.");
        }
        body.set("response_format", grammar);
    }

    private void instruct() {
        var messages = (ArrayNode) body.path("messages");
        if (text(messages.path(0), "role").equals("system")
                && messages.path(0).path("content").isTextual()) {
            ((ObjectNode) messages.path(0)).put("content", text(messages.path(0), "content") + "\n\n" + INSTRUCTION);
        } else {
            messages.insertObject(0).put("role", "system").put("content", INSTRUCTION);
        }
    }
}
