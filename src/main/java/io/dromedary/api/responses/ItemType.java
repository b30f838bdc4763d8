package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The types of items that become chat messages. */
final class ItemType {
    static final String MESSAGE = "message";
    static final String FUNCTION_CALL = "function_call";
    static final String FUNCTION_CALL_OUTPUT = "function_call_output";
    static final String CUSTOM_CALL = "custom_tool_call";
    static final String CUSTOM_CALL_OUTPUT = "custom_tool_call_output";
    static final String REASONING = "reasoning";
    static final String REFERENCE = "item_reference";
    static final String COMPACTION = "compaction";

    static final List<String> ALL = List.of(
            MESSAGE,
            FUNCTION_CALL,
            FUNCTION_CALL_OUTPUT,
            CUSTOM_CALL,
            CUSTOM_CALL_OUTPUT,
            REASONING,
            REFERENCE,
            COMPACTION);

    private ItemType() {}

    /** Empty where it has none. */
    static String of(ObjectNode item) {
        return item.path("type").asText("");
    }

    static String role(ObjectNode item) {
        return item.path("role").asText("");
    }

    static boolean isCall(ObjectNode item) {
        var type = of(item);
        return type.equals(FUNCTION_CALL) || type.equals(CUSTOM_CALL);
    }

    static boolean isOutput(ObjectNode item) {
        var type = of(item);
        return type.equals(FUNCTION_CALL_OUTPUT) || type.equals(CUSTOM_CALL_OUTPUT);
    }

    /** Said by one of these roles. */
    static boolean isMessageOf(ObjectNode item, String... roles) {
        return of(item).equals(MESSAGE) && List.of(roles).contains(role(item));
    }
}
