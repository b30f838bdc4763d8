package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values out of trees that a schema has accepted. */
final class Trees {
    private Trees() {}

    /** A mapping in plain Java: booleans, integers, strings, lists of strings, mappings; empty for none. */
    static Map<String, Object> plain(JsonNode mapping) {
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.properties().forEach(member -> values.put(member.getKey(), value(member.getValue())));
        return unmodifiable(values);
    }

    private static Object value(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isIntegralNumber()) {
            return value.intValue();
        }
        if (value.isObject()) {
            return Json.MAPPER.convertValue(value, Object.class);
        }
        return value.isArray() ? strings(value) : value.asText();
    }

    static List<String> strings(JsonNode list) {
        List<String> strings = new ArrayList<>();
        list.forEach(item -> strings.add(item.asText()));
        return List.copyOf(strings);
    }

    /** The length of time, or what stands in for one that is absent or has no value yet. */
    static Duration duration(JsonNode text, Duration standard) {
        var duration = Durations.parse(text.asText());
        return duration == null ? standard : duration;
    }

    /** The constant whose name a file writes in small letters, of a word that the schema has accepted. */
    static <E extends Enum<E>> E choice(Class<E> of, JsonNode word) {
        return Enum.valueOf(of, word.asText().toUpperCase(Locale.ROOT));
    }

    /** A view that keeps the order, which {@link Map#copyOf} does not. */
    static <V> Map<String, V> unmodifiable(Map<String, V> map) {
        return Collections.unmodifiableMap(map);
    }
}
