package io.dromedary.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dromedary.api.json.Json;
import java.util.Objects;

/** A JSON value that is compared as a value, so that order and white space do not count. */
public record JsonCheck(JsonNode value) {
    public static JsonCheck assertThatJson(String json) {
        return new JsonCheck(Objects.requireNonNull(Json.read(json.getBytes(UTF_8)), json));
    }

    /** What stands at a path such as {@code choices[0].text}. */
    public JsonCheck node(String path) {
        return new JsonCheck(
                value.at("/" + path.replace("[", "/").replace("]", "").replace('.', '/')));
    }

    /** The object without this member, which has to be there. */
    public JsonCheck without(String member) {
        assertThat(value.has(member)).as("has " + member).isTrue();
        return new JsonCheck(((ObjectNode) value.deepCopy()).without(member));
    }

    /** @param expected JSON, or else the text itself */
    public void isEqualTo(String expected) {
        var tree = Json.read(expected.getBytes(UTF_8));
        assertThat(value).isEqualTo(tree == null ? TextNode.valueOf(expected) : tree);
    }
}
