package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Makes strings that satisfy a JSON Schema: a given text where its format and length allow it. */
final class StringExample {
    private static final int MAX_LENGTH = 256;

    private final String text;

    StringExample(String text) {
        this.text = upTo(MAX_LENGTH, text);
    }

    JsonNode satisfying(JsonNode schema) {
        return TextNode.valueOf(
                switch (schema.path("format").asText()) {
                    case "date-time" -> "2026-01-01T00:00:00Z";
                    case "date" -> "2026-01-01";
                    case "time" -> "00:00:00Z";
                    case "duration" -> "PT1S";
                    case "email" -> "someone@example.com";
                    case "hostname" -> "example.com";
                    case "ipv4" -> "192.0.2.1";
                    case "ipv6" -> "2001:db8::1";
                    case "uuid" -> "00000000-0000-4000-8000-000000000000";
                    case "uri" -> "https://example.com/";
                    default -> ofLength(schema);
                });
    }

    private String ofLength(JsonNode schema) {
        var least = Math.min(schema.path("minLength").asInt(0), MAX_LENGTH);
        var most = Math.max(0, schema.path("maxLength").asInt(MAX_LENGTH));
        var missing = least - text.codePointCount(0, text.length());
        return upTo(most, missing > 0 ? text + ".".repeat(missing) : text);
    }

    private static String upTo(int most, String text) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }
}
