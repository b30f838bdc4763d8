package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Messages made of blocks as chat messages. Results of tools are messages of their own, and follow their calls at once, as
 * chat backends want it, also where the user said something before them.
 */
final class BlockMessages {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String BETWEEN = "\n\n";
    private static final String ERROR = "Error: ";

    private final boolean inBlocks;
    private final Set<String> dropped;
    private final ArrayNode messages = JSON.arrayNode();

    /** Calls of the message before, which wait for their results. */
    private Set<String> called = Set.of();

    private BlockMessages(boolean inBlocks, Set<String> dropped) {
        this.inBlocks = inBlocks;
        this.dropped = dropped;
    }

    /**
     * Translates.
     *
     * @param inBlocks {@code cache_control} stays on the parts of user and system; else its name is added to the dropped
     *     ones
     * @throws RefusedException 400 for a result of which there is no call
     */
    static ArrayNode of(ObjectNode request, boolean inBlocks, Set<String> dropped) {
        var chat = new BlockMessages(inBlocks, dropped);
        chat.system(request.path("system"));
        var number = 0;
        for (var message : request.path("messages")) {
            var place = "messages[" + number + "].content";
            switch (message.path("role").asText()) {
                case "user" -> chat.user(message.path("content"), place);
                case "assistant" -> chat.assistant(message.path("content"));
                default -> chat.system(message.path("content"));
            }
            number++;
        }
        return chat.messages;
    }

    private void system(JsonNode system) {
        var parts = JSON.arrayNode();
        blocks(system).forEach(block -> part(block, parts));
        if (!parts.isEmpty()) {
            messages.addObject().put("role", "system").set("content", plain(parts));
        }
    }

    private void user(JsonNode content, String place) {
        var parts = JSON.arrayNode();
        var number = 0;
        for (var block : blocks(content)) {
            if (type(block).equals("tool_result")) {
                result(block, place + "[" + number + "]", parts);
            }
            number++;
        }
        for (var block : blocks(content)) {
            if (!type(block).equals("tool_result")) {
                part(block, parts);
            }
        }
        called = Set.of();
        if (!parts.isEmpty() || content.isTextual()) {
            messages.addObject().put("role", "user").set("content", plain(parts));
        }
    }

    /** A tool's message has only text: what else its result has follows in the user's. */
    private void result(JsonNode block, String place, ArrayNode beside) {
        var id = block.path("tool_use_id").asText();
        if (!called.contains(id)) {
            throw Faults.at(
                    place + ".tool_use_id",
                    "invalid_value",
                    "Invalid '%s': the message before has no 'tool_use' block with this id. Each 'tool_result' follows its"
                            + " call in the next message.");
        }
        note(block);
        var all = JSON.arrayNode();
        blocks(block.path("content")).forEach(within -> part(within, all));
        var text = new StringBuilder();
        var others = JSON.arrayNode();
        for (var part : all) {
            if (type(part).equals("text")) {
                note(part);
                text.append(text.isEmpty() ? "" : BETWEEN)
                        .append(part.path("text").asText());
            } else {
                others.add(part);
            }
        }
        if (!others.isEmpty()) {
            beside.add(text("Result of the tool call " + id + ":"));
            beside.addAll(others);
            if (text.isEmpty()) {
                text.append("See the next message of the user for the result.");
            }
        }
        // chat has no other word for it
        var failed = block.path("is_error").asBoolean(false) ? ERROR : "";
        messages.addObject().put("role", "tool").put("tool_call_id", id).put("content", failed + text);
    }

    private void assistant(JsonNode content) {
        var said = new StringBuilder();
        var thoughts = new StringBuilder();
        var details = JSON.arrayNode();
        var calls = JSON.arrayNode();
        var ids = new HashSet<String>();
        for (var block : blocks(content)) {
            note(block);
            switch (type(block)) {
                case "text" -> said.append(block.path("text").asText());
                case "thinking" -> thought(block, thoughts, details);
                case "redacted_thinking" ->
                    details.addObject().put("type", "reasoning.encrypted").set("data", block.path("data"));
                default -> {
                    ids.add(block.path("id").asText());
                    calls.addObject()
                            .put("id", block.path("id").asText())
                            .put("type", "function")
                            .putObject("function")
                            .put("name", block.path("name").asText())
                            .put("arguments", json(block.path("input")));
                }
            }
        }
        called = ids;
        var message = messages.addObject().put("role", "assistant");
        if (said.isEmpty() && !calls.isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", said.toString());
        }
        if (!thoughts.isEmpty()) {
            message.put("reasoning_content", thoughts.toString());
        }
        if (!details.isEmpty()) {
            message.set("reasoning_details", details);
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
    }

    private static void thought(JsonNode block, StringBuilder thoughts, ArrayNode details) {
        var text = block.path("thinking").asText();
        thoughts.append(thoughts.isEmpty() || text.isEmpty() ? "" : BETWEEN).append(text);
        var signature = block.path("signature").asText("");
        // without one nobody can take it up again
        if (!signature.isEmpty()) {
            details.addObject().put("type", "reasoning.text").put("text", text).put("signature", signature);
        }
    }

    /** A content that is a string is one block of text. */
    private static Iterable<JsonNode> blocks(JsonNode content) {
        return content.isTextual() ? JSON.arrayNode().add(text(content.asText())) : content;
    }

    private void part(JsonNode block, ArrayNode into) {
        var before = into.size();
        switch (type(block)) {
            case "text" -> into.add(text(block.path("text").asText()));
            case "image" -> into.add(image(block.path("source")));
            case "document" -> document(block, into);
            default -> {
                into.add(text(title(block) + "\nSource: " + block.path("source").asText()));
                blocks(block.path("content")).forEach(within -> part(within, into));
            }
        }
        if (block.hasNonNull("cache_control") && inBlocks && into.size() > before) {
            ((ObjectNode) into.path(into.size() - 1)).set("cache_control", block.path("cache_control"));
        } else {
            note(block);
        }
    }

    private static ObjectNode image(JsonNode source) {
        if (type(source).equals("file")) {
            return file(source);
        }
        var part = JSON.objectNode().put("type", "image_url");
        part.putObject("image_url")
                .put("url", type(source).equals("url") ? source.path("url").asText() : dataUrl(source));
        return part;
    }

    private static ObjectNode file(JsonNode source) {
        var part = JSON.objectNode().put("type", "file");
        part.putObject("file").put("file_id", source.path("file_id").asText());
        return part;
    }

    private static String dataUrl(JsonNode source) {
        return "data:" + source.path("media_type").asText() + ";base64,"
                + source.path("data").asText();
    }

    private void document(JsonNode block, ArrayNode into) {
        var source = block.path("source");
        if (block.path("context").isTextual()) {
            into.add(text(block.path("context").asText()));
        }
        switch (type(source)) {
            case "base64" -> {
                var part = into.addObject().put("type", "file");
                part.putObject("file")
                        .put("filename", block.path("title").asText("document.pdf"))
                        .put("file_data", dataUrl(source));
            }
            case "file" -> into.add(file(source));
            case "text" -> {
                into.add(text(title(block)));
                into.add(text(source.path("data").asText()));
            }
            default -> {
                into.add(text(title(block)));
                blocks(source.path("content")).forEach(within -> part(within, into));
            }
        }
    }

    private static String title(JsonNode block) {
        return "Document: " + block.path("title").asText("untitled");
    }

    /** Names the mark of a block that becomes part of a plain text, which has no place for it. */
    private void note(JsonNode block) {
        if (block.hasNonNull("cache_control")) {
            dropped.add("cache_control");
        }
    }

    /** Text alone is a string, which every backend takes; parts of it that are to be cached stay parts. */
    private static JsonNode plain(ArrayNode parts) {
        var text = new StringBuilder();
        for (var part : parts) {
            if (!type(part).equals("text") || part.has("cache_control")) {
                return parts;
            }
            text.append(text.isEmpty() ? "" : BETWEEN).append(part.path("text").asText());
        }
        return JSON.textNode(text.toString());
    }

    private static ObjectNode text(String text) {
        return JSON.objectNode().put("type", "text").put("text", text);
    }

    private static String type(JsonNode block) {
        return block.path("type").asText();
    }

    private static String json(JsonNode tree) {
        return new String(Json.bytes(tree), StandardCharsets.UTF_8);
    }
}
