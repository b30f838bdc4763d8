package io.dromedary.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The Jackson instances that the gateway shares, and the few calls that the rooms need. */
public final class Json {
    /** Levels of arrays and objects that a request may nest. */
    public static final int MAX_DEPTH = 64;

    /** Characters that a number may have. */
    public static final int MAX_NUMBER_LENGTH = 1000;

    /**
     * Names, values, brackets and braces that a request may have, all counted one by one. An event loop serves nobody else
     * while it reads a request: so many take it up to about a tenth of a second, and a body of 20 MB has room for ten
     * million.
     */
    public static final int MAX_TOKENS = 500_000;

    /** Makes parsers with the limits that requests are held to. */
    public static final JsonFactory FACTORY = factory(MAX_TOKENS);

    /** Without a limit to tokens: requests have been read before they get here, and a long answer may have more. */
    public static final ObjectMapper MAPPER = new ObjectMapper(factory(StreamReadConstraints.DEFAULT_MAX_TOKEN_COUNT))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** For what was kept: it is some levels deeper than what was sent and read, which may be as deep as is allowed. */
    public static final ObjectMapper KEPT = MAPPER.copyWith(factory(StreamReadConstraints.DEFAULT_MAX_TOKEN_COUNT, 2));

    private Json() {}

    private static JsonFactory factory(long maxTokens) {
        return factory(maxTokens, 1);
    }

    private static JsonFactory factory(long maxTokens, int deeper) {
        return JsonFactory.builder()
                // names come from callers: the JVM's table of strings is not theirs to fill
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(deeper * MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxTokenCount(maxTokens)
                        .build())
                .configure(JsonWriteFeature.WRITE_NAN_AS_STRINGS, true)
                .build();
    }

    /** A text that is known to be a JSON object. */
    public static ObjectNode object(byte[] json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON value, or null where the bytes are none. */
    public static @Nullable JsonNode read(byte[] json, int offset, int length) {
        try {
            var node = MAPPER.readTree(json, offset, length);
            return node == null || node.isMissingNode() ? null : node;
        } catch (IOException | NumberFormatException e) {
            // the latter for numbers that no BigDecimal holds, such as 1e9999999999
            return null;
        }
    }

    public static @Nullable JsonNode read(byte[] json) {
        return read(json, 0, json.length);
    }

    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A tree whose strings may hold half a surrogate pair, as pieces of a text do: it becomes an escape, since UTF-8 has no
     * other way to say it.
     */
    public static byte[] bytesOfAny(JsonNode node) {
        try {
            return escaped(MAPPER.writeValueAsString(node)).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(String json) {
        @Nullable StringBuilder escaped = null;
        var copied = 0;
        for (var i = 0; i < json.length(); i++) {
            if (!Character.isSurrogate(json.charAt(i))) {
                continue;
            }
            if (i + 1 < json.length() && Character.isSurrogatePair(json.charAt(i), json.charAt(i + 1))) {
                i++;
                continue;
            }
            escaped = escaped == null ? new StringBuilder(json.length() + 16) : escaped;
            escaped.append(json, copied, i).append("\\u").append(Integer.toHexString(json.charAt(i)));
            copied = i + 1;
        }
        return escaped == null
                ? json
                : escaped.append(json, copied, json.length()).toString();
    }
}
