package io.dromedary.backend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Adds up {@code usage} objects: every number that a backend counts, those of the details included. */
final class UsageSum {
    private UsageSum() {}

    /** Adds the members of another; what is no number is the first's that has it. */
    static void add(ObjectNode sum, JsonNode more) {
        for (var member : more.properties()) {
            var value = member.getValue();
            var had = sum.path(member.getKey());
            if (had instanceof ObjectNode details && value.isObject()) {
                add(details, value);
            } else if (had.isNumber() && value.isNumber()) {
                sum.set(member.getKey(), plus(had, value));
            } else if (had.isMissingNode() || had.isNull()) {
                sum.set(member.getKey(), value);
            }
        }
    }

    private static JsonNode plus(JsonNode a, JsonNode b) {
        return a.isIntegralNumber() && b.isIntegralNumber()
                ? BigIntegerNode.valueOf(a.bigIntegerValue().add(b.bigIntegerValue()))
                // not as decimals: a sum of numbers that are far apart has as many digits as lie between them
                : DoubleNode.valueOf(a.doubleValue() + b.doubleValue());
    }
}
