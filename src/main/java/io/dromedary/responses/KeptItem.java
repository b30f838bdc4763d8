package io.dromedary.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.responses.ItemIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An item as it is kept and shown. Callers may leave much out of what they send: text for a list of parts, the status, the
 * id. What is shown has all of it.
 */
public final class KeptItem {
    /** What can stand in a path as it is. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");

    private static final Map<String, String> PREFIXES = Map.ofEntries(
            Map.entry("message", "msg_"),
            Map.entry("function_call", "fc_"),
            Map.entry("function_call_output", "fco_"),
            Map.entry("custom_tool_call", "ctc_"),
            Map.entry("custom_tool_call_output", "ctco_"),
            Map.entry("reasoning", "rs_"),
            Map.entry("compaction", "cmp_"),
            Map.entry("web_search_call", "ws_"),
            Map.entry("file_search_call", "fs_"),
            Map.entry("computer_call", "cu_"),
            Map.entry("computer_call_output", "cuo_"),
            Map.entry("code_interpreter_call", "ci_"),
            Map.entry("image_generation_call", "ig_"),
            Map.entry("mcp_call", "mcp_"));

    private static final Set<String> WITH_STATUS =
            Set.of("message", "function_call", "function_call_output", "custom_tool_call", "custom_tool_call_output");

    private KeptItem() {}

    /** What the id of an item of this type begins with. */
    public static String prefix(String type) {
        return PREFIXES.getOrDefault(type, "item_");
    }

    /** The type; a message where there is none. */
    static String type(ObjectNode item) {
        var type = item.path("type").textValue();
        return type == null ? "message" : type;
    }

    /**
     * An id for each item, in their order: its own where it has one that nobody has yet, a new one where not.
     *
     * @param names gives new ones
     * @param taken ids that others have; these are added
     */
    public static List<String> ids(List<ObjectNode> items, ItemIds names, Set<String> taken) {
        var ids = new ArrayList<String>(items.size());
        for (var item : items) {
            var own = item.path("id").textValue();
            if (own != null && ID.matcher(own).matches() && taken.add(own)) {
                ids.add(own);
            } else {
                ids.add(fresh(prefix(type(item)), names, taken));
            }
        }
        return ids;
    }

    private static String fresh(String prefix, ItemIds names, Set<String> taken) {
        for (; ; ) {
            var name = names.next(prefix);
            if (taken.add(name)) {
                return name;
            }
        }
    }

    /** The item as it is kept, where its id is kept elsewhere. */
    static ObjectNode bare(ObjectNode item) {
        var bare = of(item, "");
        bare.remove("id");
        return bare;
    }

    /** The item under this id, whole, beginning with its type and id; what was given stays as it is. */
    public static ObjectNode of(ObjectNode item, String id) {
        var type = type(item);
        var whole = JsonNodeFactory.instance.objectNode().put("type", type).put("id", id);
        if (WITH_STATUS.contains(type) && !item.path("status").isTextual()) {
            whole.put("status", "completed");
        }
        for (var member : item.properties()) {
            var name = member.getKey();
            // the contract has it as text or not at all
            var absent = name.equals("encrypted_content") && member.getValue().isNull();
            if (!absent && !name.equals("type") && !name.equals("id") && !(name.equals("status") && whole.has(name))) {
                whole.set(name, member.getValue());
            }
        }
        if (type.equals("message")) {
            whole.set(
                    "content",
                    parts(item.path("content"), item.path("role").asText().equals("assistant")));
        } else if (type.equals("function_call_output") && item.path("output").isArray()) {
            whole.set("output", parts(item.path("output"), false));
        }
        return whole;
    }

    private static ArrayNode parts(JsonNode content, boolean written) {
        var parts = JsonNodeFactory.instance.arrayNode();
        if (content.isTextual()) {
            var part = parts.addObject()
                    .put("type", written ? "output_text" : "input_text")
                    .put("text", content.textValue());
            return written ? parts.removeAll().add(whole(part)) : parts;
        }
        for (var part : content) {
            parts.add(part instanceof ObjectNode object ? part(object) : part);
        }
        return parts;
    }

    private static ObjectNode part(ObjectNode part) {
        return switch (part.path("type").asText()) {
            case "output_text" -> whole(part);
            case "input_image" -> part.path("detail").isTextual() ? part : image(part);
            default -> part;
        };
    }

    /** With the detail that an image has where none was asked for, which is always told. */
    private static ObjectNode image(ObjectNode image) {
        var whole = JsonNodeFactory.instance.objectNode();
        whole.setAll(image);
        return whole.put("detail", "auto");
    }

    /** Of a text that a model wrote, annotations and logprobs are always told, if only that there are none. */
    private static ObjectNode whole(ObjectNode text) {
        if (text.path("annotations").isArray() && text.path("logprobs").isArray()) {
            return text;
        }
        var whole = JsonNodeFactory.instance.objectNode();
        whole.setAll(text);
        for (var list : List.of("annotations", "logprobs")) {
            if (!whole.path(list).isArray()) {
                whole.putArray(list);
            }
        }
        return whole;
    }
}
