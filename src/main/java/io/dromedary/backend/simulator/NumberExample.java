package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;

/** Makes numbers that satisfy a JSON Schema: 0 where it is allowed. */
final class NumberExample {
    private NumberExample() {}

    static JsonNode integer(JsonNode schema) {
        return LongNode.valueOf(
                (long) multiple(schema, Math.max(1, schema.path("multipleOf").asDouble(1))));
    }

    static JsonNode number(JsonNode schema) {
        var step = schema.path("multipleOf").asDouble(0);
        var value = step > 0 ? multiple(schema, step) : between(schema);
        return value == Math.rint(value) ? LongNode.valueOf((long) value) : DoubleNode.valueOf(value);
    }

    private static double multiple(JsonNode schema, double step) {
        var least = Math.max(
                Math.ceil(bound(schema, "minimum", Double.NEGATIVE_INFINITY) / step),
                Math.floor(bound(schema, "exclusiveMinimum", Double.NEGATIVE_INFINITY) / step) + 1);
        var most = Math.min(
                Math.floor(bound(schema, "maximum", Double.POSITIVE_INFINITY) / step),
                Math.ceil(bound(schema, "exclusiveMaximum", Double.POSITIVE_INFINITY) / step) - 1);
        return step * (least > 0 ? least : Math.min(most, 0));
    }

    private static double between(JsonNode schema) {
        var under = bound(schema, "exclusiveMinimum", Double.NEGATIVE_INFINITY);
        var over = bound(schema, "exclusiveMaximum", Double.POSITIVE_INFINITY);
        var least = Math.max(bound(schema, "minimum", Double.NEGATIVE_INFINITY), under);
        var most = Math.min(bound(schema, "maximum", Double.POSITIVE_INFINITY), over);
        if (least <= 0 && most >= 0 && under < 0 && over > 0) {
            return 0;
        }
        if (Double.isInfinite(least)) {
            return most - 1;
        }
        return Double.isInfinite(most) ? least + 1 : (least + most) / 2;
    }

    private static double bound(JsonNode schema, String keyword, double none) {
        var bound = schema.path(keyword);
        return bound.isNumber() ? bound.doubleValue() : none;
    }
}
