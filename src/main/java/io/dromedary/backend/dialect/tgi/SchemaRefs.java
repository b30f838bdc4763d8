package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts the definitions of a JSON schema where they are referred to. A grammar is a finite regular expression to TGI: what
 * refers to itself cannot be written out, and what grows beyond bounds when it is written out is refused too.
 */
final class SchemaRefs {
    private static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");
    private static final int MOST_NODES = 20_000;

    private final JsonNode root;
    private final String param;
    private final Set<String> open = new HashSet<>();
    private int nodes;

    private SchemaRefs(JsonNode root, String param) {
        this.root = root;
        this.param = param;
    }

    /**
     * A copy of a schema without references.
     *
     * @param param where the schema stands in the request
     * @throws RefusedException for a reference to itself, to another document, or to nothing
     */
    static ObjectNode inlined(JsonNode schema, String param) {
        var refs = new SchemaRefs(schema, param);
        if (refs.copy(schema, 0) instanceof ObjectNode inlined) {
            return inlined;
        }
        throw refs.refused("must be an object");
    }

    private JsonNode copy(JsonNode node, int depth) {
        if (++nodes > MOST_NODES || depth > Json.MAX_DEPTH) {
            throw refused("is too large once its references are written out");
        }
        if (node instanceof ObjectNode object) {
            return object.path("$ref").isTextual() ? referred(object, depth) : members(object, depth);
        }
        if (node instanceof ArrayNode array) {
            var copy = array.arrayNode(array.size());
            array.forEach(element -> copy.add(copy(element, depth + 1)));
            return copy;
        }
        return node;
    }

    private ObjectNode members(ObjectNode object, int depth) {
        var copy = object.objectNode();
        for (var member : object.properties()) {
            if (depth > 0 || !DEFINITIONS.contains(member.getKey())) {
                copy.set(member.getKey(), copy(member.getValue(), depth + 1));
            }
        }
        return copy;
    }

    /** What a reference refers to; members beside the reference win over those of the definition. */
    private JsonNode referred(ObjectNode object, int depth) {
        var ref = object.path("$ref").textValue();
        var definition = root.at(pointer(ref));
        if (definition.isMissingNode()) {
            throw refused("refers to " + ref + ", which it does not define");
        }
        if (!open.add(ref)) {
            throw refused("refers to itself in " + ref + ", which the backend that serves this model cannot follow");
        }
        var copy = copy(definition, depth + 1);
        open.remove(ref);
        if (copy instanceof ObjectNode merged) {
            for (var member : object.properties()) {
                if (!member.getKey().equals("$ref") && (depth > 0 || !DEFINITIONS.contains(member.getKey()))) {
                    merged.set(member.getKey(), copy(member.getValue(), depth + 1));
                }
            }
        }
        return copy;
    }

    private JsonPointer pointer(String ref) {
        if (ref.equals("#")) {
            return JsonPointer.empty();
        }
        if (ref.startsWith("#/")) {
            try {
                return JsonPointer.compile(
                        URLDecoder.decode(ref.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw refused("has a malformed reference " + ref);
            }
        }
        throw refused("refers to " + ref + "; only references within the schema are followed");
    }

    private RefusedException refused(String why) {
        return RefusedException.badRequest(param, "The schema in " + param + " " + why + ".");
    }
}
