package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.TgiRequest.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.dialect.LeftOut;
import java.util.Collection;
import java.util.Set;

/**
 * {@code messages}. TGI takes either content or tool calls of a message and silently prefers content; knows text and
 * image parts only; and hands roles to a chat template that mostly knows four of them.
 */
final class TgiMessages {
    private static final Set<String> KNOWN =
            Set.of("role", "content", "name", "refusal", "audio", "tool_calls", "function_call", "tool_call_id");

    private final boolean images;
    private final Collection<String> told;
    private final ArrayNode sent = Json.MAPPER.createArrayNode();

    private TgiMessages(boolean images, Collection<String> told) {
        this.images = images;
        this.told = told;
    }

    /**
     * The messages as TGI takes them.
     *
     * @param images whether the model can see, and TGI would fetch what looks like an image in a text
     * @param told gets what is left out
     */
    static ArrayNode rewritten(JsonNode messages, boolean images, Collection<String> told) {
        var rewriting = new TgiMessages(images, told);
        if (messages.isTextual()) {
            rewriting.send("user", Json.MAPPER.createObjectNode(), rewriting.shown(messages.textValue()));
        }
        for (var i = 0; i < messages.size(); i++) {
            rewriting.message(messages.path(i), "messages[" + i + "]");
        }
        return rewriting.sent;
    }

    private void message(JsonNode message, String param) {
        LeftOut.name(message, KNOWN, param, told);
        switch (text(message, "role")) {
            case "assistant" -> assistant(message, param);
            case "developer" -> send("system", message, content(message, param));
            case "function" -> send("tool", message, content(message, param));
            default -> send(text(message, "role"), message, content(message, param));
        }
    }

    private void assistant(JsonNode message, String param) {
        if (message.hasNonNull("audio")) {
            throw unfit(param + ".audio", "refers to audio");
        }
        var content = content(message, param);
        if (silent(content)) {
            content = shown(text(message, "refusal"));
        }
        var calls = calls(message, param);
        if (calls.isEmpty() || !silent(content)) {
            send("assistant", message, content);
        }
        if (!calls.isEmpty()) {
            begin("assistant", message).set("tool_calls", calls);
        }
    }

    private static boolean silent(JsonNode content) {
        return content.isTextual() && content.textValue().isEmpty();
    }

    private ArrayNode calls(JsonNode message, String param) {
        var calls = sent.arrayNode();
        if (message.hasNonNull("function_call")) {
            call(calls, "", message.path("function_call"));
        }
        var made = message.path("tool_calls");
        for (var i = 0; i < made.size(); i++) {
            var call = made.path(i);
            if (!text(call, "type").equals("function")) {
                throw unfit(param + ".tool_calls[" + i + "]", "is no call of a function");
            }
            call(calls, text(call, "id"), call.path("function"));
        }
        return calls;
    }

    private void call(ArrayNode calls, String id, JsonNode function) {
        calls.addObject()
                .put("id", id)
                .put("type", "function")
                .putObject("function")
                .put("name", text(function, "name"))
                .set("arguments", shown(text(function, "arguments")));
    }

    private void send(String role, JsonNode message, JsonNode content) {
        begin(role, message).set("content", content);
    }

    private ObjectNode begin(String role, JsonNode message) {
        var begun = sent.addObject().put("role", role);
        for (var member : new String[] {"name", "tool_call_id"}) {
            if (message.path(member).isTextual()) {
                begun.set(member, message.path(member));
            }
        }
        return begun;
    }

    /** A text, or a list of parts in which no two texts stand side by side. */
    private JsonNode content(JsonNode message, String param) {
        var content = message.path("content");
        if (content.isTextual()) {
            return shown(content.textValue());
        }
        var text = new StringBuilder();
        var parts = sent.arrayNode();
        for (var i = 0; i < content.size(); i++) {
            var part = content.path(i);
            switch (text(part, "type")) {
                case "text" -> text.append(text(part, "text"));
                case "refusal" -> text.append(text(part, "refusal"));
                case "image_url" -> {
                    flush(text, parts);
                    LeftOut.detail(part.path("image_url"), param + ".content[" + i + "].image_url", told);
                    parts.addObject()
                            .put("type", "image_url")
                            .putObject("image_url")
                            .put("url", text(part.path("image_url"), "url"));
                }
                default -> throw unfit(param + ".content[" + i + "]", "is neither text nor an image");
            }
        }
        if (parts.isEmpty()) {
            return shown(text.toString());
        }
        flush(text, parts);
        return parts;
    }

    // TGI joins parts before it looks for images, so one that is split over two texts has to be found as well
    private void flush(StringBuilder text, ArrayNode parts) {
        if (!text.isEmpty()) {
            parts.addObject().put("type", "text").set("text", shown(text.toString()));
            text.setLength(0);
        }
    }

    private TextNode shown(String text) {
        return TextNode.valueOf(images ? text.replace("![](", "![ ](") : text);
    }

    private static RefusedException unfit(String param, String why) {
        return RefusedException.badRequest(
                param, param + " " + why + ", which the backend that serves this model cannot take.");
    }
}
