package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.read.Faults;

/** Content parts as chat completions have them. */
final class ChatParts {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Hints to a cache stand in both APIs under this name. */
    private static final String CACHE_HINT = "prompt_cache_breakpoint";

    private ChatParts() {}

    /**
     * A whole content: text alone is a string, which every backend takes, and anything else a list of parts.
     *
     * @param place where it stands, for a refusal
     */
    static JsonNode content(JsonNode content, String place) {
        if (!content.isArray()) {
            return JSON.textNode(content.asText(""));
        }
        var parts = JSON.arrayNode(content.size());
        for (var i = 0; i < content.size(); i++) {
            parts.add(part(content.path(i), place + "[" + i + "]"));
        }
        return plain(parts);
    }

    /** Parts as a string where there is only one text, without more to it. */
    static JsonNode plain(ArrayNode parts) {
        if (parts.isEmpty()) {
            return JSON.textNode("");
        }
        var only = parts.path(0);
        return parts.size() == 1 && only.path("type").asText().equals("text") && only.size() == 2
                ? only.path("text")
                : parts;
    }

    static boolean isText(JsonNode part) {
        var type = part.path("type").asText();
        return type.equals("input_text") || type.equals("output_text");
    }

    static ObjectNode text(String text) {
        return JSON.objectNode().put("type", "text").put("text", text);
    }

    static ObjectNode part(JsonNode part, String place) {
        var chat = switch (part.path("type").asText()) {
            case "input_image" -> image(part, place);
            case "input_file" -> file(part);
            case "refusal" -> text(part.path("refusal").asText());
            default -> text(part.path("text").asText());
        };
        if (part.path(CACHE_HINT).isObject()) {
            chat.set(CACHE_HINT, part.path(CACHE_HINT));
        }
        return chat;
    }

    private static ObjectNode image(JsonNode part, String place) {
        var url = part.path("image_url");
        if (!url.isTextual()) {
            throw Faults.at(
                    place + ".file_id",
                    "unsupported_parameter",
                    "Unsupported parameter: '%s'. An image is taken by its 'image_url', as an http, https or data URL.");
        }
        var chat = JSON.objectNode().put("type", "image_url");
        var image = chat.putObject("image_url");
        image.set("url", url);
        if (part.path("detail").isTextual()) {
            image.set("detail", part.path("detail"));
        }
        return chat;
    }

    /**
     * A file has no URL in OpenAI's chat completions. Those backends that take one, OpenRouter for example, take it in
     * {@code file_data}, and the others say themselves that it is no file.
     */
    private static ObjectNode file(JsonNode part) {
        var chat = JSON.objectNode().put("type", "file");
        var file = chat.putObject("file");
        if (part.path("file_id").isTextual()) {
            file.set("file_id", part.path("file_id"));
        } else {
            file.set("file_data", part.path("file_url").isTextual() ? part.path("file_url") : part.path("file_data"));
            // backends need a name for what is sent along, clients need not give one
            file.put("filename", name(part));
        }
        if (part.path("filename").isTextual()) {
            file.set("filename", part.path("filename"));
        }
        return chat;
    }

    private static String name(JsonNode part) {
        var url = part.path("file_url").asText("");
        var end = url.indexOf('?') < 0 ? url.length() : url.indexOf('?');
        var last = url.substring(url.lastIndexOf('/', end) + 1, end);
        if (!last.isEmpty()) {
            return last;
        }
        var head = part.path("file_data").asText("");
        return head.regionMatches(true, 0, "data:application/pdf", 0, 20) ? "file.pdf" : "file";
    }
}
