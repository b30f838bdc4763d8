package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.LeftOut;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Chat messages as input items. Reasoning of earlier answers stays out, and the caller is told: a backend takes only what it
 * has sealed itself.
 */
final class InputItems {
    private static final Set<String> KNOWN =
            Set.of("role", "content", "refusal", "audio", "tool_calls", "function_call", "tool_call_id");

    private final boolean developerRole;
    private final List<String> told;
    private final ArrayNode items = Json.MAPPER.createArrayNode();
    private final Set<String> customCalls = new HashSet<>();

    private InputItems(boolean developerRole, List<String> told) {
        this.developerRole = developerRole;
        this.told = told;
    }

    /**
     * The messages as items.
     *
     * @param developerRole the backend knows the role; else it is sent as {@code system}
     * @param told gets what is left out
     * @throws RefusedException 400 for a message that no item can stand for
     */
    static ArrayNode of(JsonNode messages, boolean developerRole, List<String> told) {
        var input = new InputItems(developerRole, told);
        if (messages.isTextual()) {
            input.message("user").set("content", messages);
        }
        for (var i = 0; i < messages.size(); i++) {
            input.add(messages.path(i), "messages[" + i + "]");
        }
        return input.items;
    }

    private void add(JsonNode message, String param) {
        LeftOut.name(message, KNOWN, param, told);
        var role = text(message, "role");
        switch (role) {
            case "assistant" -> assistant(message, param);
            case "tool" -> output(message);
            case "function" -> throw unfit(param + ".role", "is `function`, which");
            case "developer" -> message(developerRole ? role : "system").set("content", given(message));
            default -> message(role).set("content", given(message));
        }
    }

    private ObjectNode message(String role) {
        return items.addObject().put("type", "message").put("role", role);
    }

    private void assistant(JsonNode message, String param) {
        if (message.hasNonNull("audio")) {
            throw unfit(param + ".audio", "refers to audio, which");
        }
        if (message.hasNonNull("function_call")) {
            throw unfit(param + ".function_call", "is of a kind that");
        }
        var said = said(message);
        if (!said.isEmpty() || said.isTextual() && !said.textValue().isEmpty()) {
            message("assistant").set("content", said);
        }
        message.path("tool_calls").forEach(this::call);
    }

    /** What an answer said: a text, or parts where there is a refusal among them. */
    private static JsonNode said(JsonNode message) {
        var parts = Json.MAPPER.createArrayNode();
        var text = new StringBuilder();
        var content = message.path("content");
        if (content.isTextual()) {
            text.append(content.textValue());
        }
        for (var part : content) {
            if (text(part, "type").equals("refusal")) {
                flush(text, parts);
                refusal(text(part, "refusal"), parts);
            } else {
                text.append(text(part, "text"));
            }
        }
        var refusal = text(message, "refusal");
        if (parts.isEmpty() && refusal.isEmpty()) {
            return parts.textNode(text.toString());
        }
        flush(text, parts);
        if (!refusal.isEmpty()) {
            refusal(refusal, parts);
        }
        return parts;
    }

    private static void flush(StringBuilder text, ArrayNode parts) {
        if (!text.isEmpty()) {
            parts.addObject()
                    .put("type", "output_text")
                    .put("text", text.toString())
                    .putArray("annotations");
            text.setLength(0);
        }
    }

    private static void refusal(String refusal, ArrayNode parts) {
        parts.addObject().put("type", "refusal").put("refusal", refusal);
    }

    private void call(JsonNode call) {
        var custom = text(call, "type").equals("custom");
        var called = call.path(custom ? "custom" : "function");
        var item = items.addObject()
                .put("type", custom ? "custom_tool_call" : "function_call")
                .put("call_id", text(call, "id"))
                .put("name", text(called, "name"));
        if (custom) {
            customCalls.add(text(call, "id"));
            item.put("input", text(called, "input"));
        } else {
            item.put("arguments", text(called, "arguments"));
        }
    }

    private void output(JsonNode message) {
        var call = text(message, "tool_call_id");
        items.addObject()
                .put("type", customCalls.contains(call) ? "custom_tool_call_output" : "function_call_output")
                .put("call_id", call)
                .set("output", given(message));
    }

    /** Content that was given to the model: a text, or parts. */
    private static JsonNode given(JsonNode message) {
        var content = message.path("content");
        if (!content.isArray()) {
            return content;
        }
        var parts = Json.MAPPER.createArrayNode();
        content.forEach(part -> parts.add(part(part)));
        return parts;
    }

    private static JsonNode part(JsonNode part) {
        return switch (text(part, "type")) {
            case "text" -> renamed(part, "input_text");
            case "image_url" -> {
                var image = renamed(part, "input_image");
                image.set("image_url", part.path("image_url").path("url"));
                var detail = text(part.path("image_url"), "detail");
                yield image.put("detail", detail.isEmpty() ? "auto" : detail);
            }
            case "file" -> {
                var file = renamed(part, "input_file");
                file.remove("file");
                part.path("file").properties().forEach(member -> file.set(member.getKey(), member.getValue()));
                yield file;
            }
            default -> part;
        };
    }

    private static ObjectNode renamed(JsonNode part, String type) {
        var copy = Json.MAPPER.createObjectNode().put("type", type);
        for (var member : part.properties()) {
            copy.putIfAbsent(member.getKey(), member.getValue());
        }
        return copy;
    }

    private static RefusedException unfit(String param, String why) {
        return RefusedException.badRequest(
                param, param + " " + why + " the backend that serves this model cannot take over the Responses API.");
    }
}
