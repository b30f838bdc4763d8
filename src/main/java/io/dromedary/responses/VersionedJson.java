package io.dromedary.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Objects as texts that say of which version they are, in a member {@code v}. */
public final class VersionedJson {
    private final int version;

    public VersionedJson(int version) {
        this.version = version;
    }

    /** To be filled. */
    public ObjectNode begin() {
        return JsonNodeFactory.instance.objectNode().put("v", version);
    }

    public static String text(ObjectNode object) {
        try {
            return Json.MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException where it is none of this version */
    public ObjectNode read(String text) {
        try {
            if (Json.MAPPER.readTree(text) instanceof ObjectNode object
                    && object.path("v").asInt() == version) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("it is no object of version " + version);
    }

    /** @throws IllegalArgumentException where there is none */
    public static String text(JsonNode object, String member) {
        return there(object.path(member).textValue(), member);
    }

    /** @throws IllegalArgumentException where there is none */
    public static long number(JsonNode object, String member) {
        var number = object.path(member);
        if (!number.canConvertToLong()) {
            throw missing(member);
        }
        return number.longValue();
    }

    /** @throws IllegalArgumentException where there is none */
    public static ObjectNode object(JsonNode object, String member) {
        return there(object.get(member) instanceof ObjectNode inner ? inner : null, member);
    }

    private static <T> T there(@Nullable T value, String member) {
        if (value == null) {
            throw missing(member);
        }
        return value;
    }

    private static IllegalArgumentException missing(String member) {
        return new IllegalArgumentException("'" + member + "' is missing");
    }
}
