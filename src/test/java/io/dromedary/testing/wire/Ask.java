package io.dromedary.testing.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.conversation.Said;
import java.util.List;

/**
 * What a caller asks, in any API.
 *
 * @param image base64 of a PNG, or empty
 * @param tools names of functions that are offered
 * @param format JSON is wanted, by a schema
 * @param before an answer that calls tools, each with the output after it; or one that says nothing
 */
public record Ask(
        String text, String image, List<String> tools, boolean format, Said before, String output, boolean stream) {
    /** A property of every schema. */
    public static final String PROPERTY = "wherever";

    private static final Said NOTHING = Said.text("");

    public static Ask text(String text) {
        return new Ask(text, "", List.of(), false, NOTHING, "", false);
    }

    public Ask withImage(String base64) {
        return new Ask(text, base64, tools, format, before, output, stream);
    }

    public Ask offering(String... names) {
        return new Ask(text, image, List.of(names), format, before, output, stream);
    }

    public Ask inFormat() {
        return new Ask(text, image, tools, true, before, output, stream);
    }

    public Ask after(Said answer, String result) {
        return new Ask(text, image, tools, format, answer, result, stream);
    }

    public Ask asStream(boolean wanted) {
        return new Ask(text, image, tools, format, before, output, wanted);
    }

    boolean hasHistory() {
        return !before.equals(NOTHING);
    }

    String imageUrl() {
        return "data:image/png;base64," + image;
    }

    static ObjectNode schema() {
        var schema = Json.MAPPER.createObjectNode().put("type", "object");
        schema.putObject("properties").putObject(PROPERTY).put("type", "string");
        schema.putArray("required").add(PROPERTY);
        return schema.put("additionalProperties", false);
    }
}
