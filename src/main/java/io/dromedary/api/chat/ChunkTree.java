package io.dromedary.api.chat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One chunk of a stream as a tree that can be written again as it came: numbers keep their text, and half a surrogate
 * pair, which a chunk may end or begin with, stays the escape that it was.
 */
final class ChunkTree {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ChunkTree() {}

    /** The object that the bytes hold, or null where they hold anything else. Bytes that are not UTF-8 read as U+FFFD. */
    static @Nullable ObjectNode read(byte[] buffer, int offset, int length) {
        var text = new String(buffer, offset, length, StandardCharsets.UTF_8);
        try (var parser = Json.MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            var tree = object(parser);
            return parser.nextToken() == null ? tree : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        var object = NODES.objectNode();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            object.set(name, value(parser));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser) throws IOException {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(parser));
        }
        return array;
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case null, default -> NODES.rawValueNode(new RawValue(parser.getText()));
        };
    }

    static byte[] bytes(JsonNode tree) {
        return Json.bytesOfAny(tree);
    }

    /** A number of a tree that was read here, where it is an integer. */
    static long integer(JsonNode node, long otherwise) {
        if (node instanceof POJONode number
                && number.getPojo() instanceof RawValue raw
                && raw.rawValue() instanceof String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                return otherwise;
            }
        }
        return otherwise;
    }

    /** Null, or empty, or an object whose members are. */
    static boolean saysNothing(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (var member : object) {
                if (!saysNothing(member)) {
                    return false;
                }
            }
            return true;
        }
        return node.isNull()
                || node.isMissingNode()
                || node.isArray() && node.isEmpty()
                || node.isTextual() && node.textValue().isEmpty();
    }
}
