package io.dromedary.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Set;

/** The texts within a JSON tree: every string, but those that are words of the API and not of people. */
final class JsonTexts {
    /** Of members with these names a string, or a list of them, says nothing of anybody; an object is looked into. */
    private static final Set<String> WORDS = Set.of(
            "model",
            "role",
            "type",
            "id",
            "call_id",
            "tool_call_id",
            "item_id",
            "response_id",
            "file_id",
            "name",
            "object",
            "status",
            "service_tier",
            "system_fingerprint",
            "finish_reason",
            "tool_choice",
            "reasoning_effort",
            "effort",
            "verbosity",
            "voice",
            "truncation",
            "modalities",
            "include",
            "required",
            "format",
            "detail",
            "data",
            "signature",
            "encrypted_content",
            "$ref");

    /** Below these, names are the caller's own. */
    private static final String METADATA = "metadata";

    /** Strings that hold JSON. */
    private static final String ARGUMENTS = "arguments";

    private JsonTexts() {}

    /** What is done with each. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A text.
         *
         * @param path e.g. {@code messages[0].content}
         * @param json the text is JSON itself
         * @return what stands there instead, or the text itself
         */
        String text(String path, String text, boolean json);
    }

    /**
     * Shows all of a tree to the visitor, and puts what it returns in their place.
     *
     * @return whether anything is different
     */
    static boolean visit(JsonNode tree, String path, Visitor visitor) {
        return visit(tree, path, false, visitor);
    }

    private static boolean isOfObjects(JsonNode value) {
        return value.isArray() && value.path(0).isContainerNode();
    }

    private static boolean visit(JsonNode tree, String path, boolean free, Visitor visitor) {
        var changed = false;
        if (tree instanceof ObjectNode object) {
            for (var member : List.copyOf(object.properties())) {
                var name = member.getKey();
                var below = path.isEmpty() ? name : path + "." + name;
                var value = member.getValue();
                if (!free && WORDS.contains(name) && !value.isObject() && !isOfObjects(value)) {
                    continue;
                }
                if (!value.isTextual()) {
                    changed |= visit(value, below, free || name.equals(METADATA), visitor);
                } else {
                    var text = value.textValue();
                    var instead = visitor.text(below, text, name.equals(ARGUMENTS));
                    if (!instead.equals(text)) {
                        object.put(name, instead);
                        changed = true;
                    }
                }
            }
        } else if (tree instanceof ArrayNode array) {
            for (var i = 0; i < array.size(); i++) {
                var below = path + "[" + i + "]";
                var value = array.get(i);
                if (!value.isTextual()) {
                    changed |= visit(value, below, free, visitor);
                    continue;
                }
                var instead = visitor.text(below, value.textValue(), false);
                if (!instead.equals(value.textValue())) {
                    array.set(i, TextNode.valueOf(instead));
                    changed = true;
                }
            }
        }
        return changed;
    }
}
