package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Quirks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages in the form in which a backend with quirks takes them, each rewritten in place. */
final class MessageForm {
    private static final String REASONING_CONTENT = "reasoning_content";
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final ChatRequest request;
    private final Quirks quirks;
    private final List<String> told;

    private MessageForm(ChatRequest request, Quirks quirks, List<String> told) {
        this.request = request;
        this.quirks = quirks;
        this.told = told;
    }

    /**
     * For one request; null where its messages can stay as they are.
     *
     * @param told gets what is left out
     */
    static @Nullable MessageForm of(ChatRequest request, RawValue messages, Quirks quirks, List<String> told) {
        var needed = !quirks.messageMembers().isEmpty()
                || !quirks.contentParts()
                || (!quirks.imageUrls() && request.traits().images())
                || ((quirks.toolIdLength() > 0 || quirks.toolSignatures()) && messages.contains("\"tool_call"))
                || (quirks.reasoningNeeded() && messages.contains("\"assistant\""))
                || (quirks.thinkingParts() && messages.contains('"' + REASONING_CONTENT + '"'));
        return needed ? new MessageForm(request, quirks, told) : null;
    }

    /**
     * Rewrites one message.
     *
     * @param path for errors and for what is told, e.g. {@code messages[0]}
     * @return whether anything changed
     * @throws RefusedException 400 for an image that the backend cannot fetch
     */
    boolean rewrite(ObjectNode message, String path) {
        var changed = parts(message, path);
        if (quirks.toolIdLength() > 0) {
            changed |= toolIds(message);
        }
        if (message.path("role").asText().equals("assistant")) {
            changed |= reasoning(message);
            changed |= quirks.toolSignatures() && signature(message);
        }
        if (!quirks.messageMembers().isEmpty()) {
            changed |= members(message, path);
        }
        return changed;
    }

    private boolean parts(ObjectNode message, String path) {
        if (!(message.path("content") instanceof ArrayNode parts)) {
            return false;
        }
        var changed = false;
        for (var i = 0; i < parts.size(); i++) {
            var part = parts.get(i);
            switch (part.path("type").asText()) {
                case "image_url" -> image(part, path + ".content[" + i + "]");
                case "refusal" -> {
                    if (!takes("refusal")) {
                        parts.set(i, text(part.path("refusal").asText()));
                        changed = true;
                    }
                }
                default -> {}
            }
        }
        changed |= join(message, parts);
        return changed;
    }

    private void image(JsonNode part, String path) {
        if (!quirks.imageUrls() && !part.path("image_url").path("url").asText().startsWith("data:")) {
            throw RefusedException.badRequest(
                    path + ".image_url.url",
                    "The model " + request.model()
                            + " cannot fetch images on the backend that serves it. Send the image"
                            + " itself, as a data: URI with base64, or use another model.");
        }
    }

    /** Text alone becomes a string where the backend wants that. */
    private boolean join(ObjectNode message, ArrayNode parts) {
        if (quirks.contentParts()) {
            return false;
        }
        var lines = new ArrayList<String>();
        for (var part : parts) {
            if (!part.path("type").asText().equals("text")) {
                return false;
            }
            lines.add(part.path("text").asText());
        }
        message.put("content", String.join("\n", lines));
        return true;
    }

    private boolean toolIds(ObjectNode message) {
        var changed = toolId(message, "tool_call_id");
        for (var call : message.path("tool_calls")) {
            changed |= call instanceof ObjectNode object && toolId(object, "id");
        }
        return changed;
    }

    private boolean toolId(ObjectNode holder, String member) {
        var id = holder.path(member);
        if (!id.isTextual() || ShortIds.fits(id.textValue(), quirks.toolIdLength())) {
            return false;
        }
        holder.put(member, ShortIds.of(id.textValue(), quirks.toolIdLength()));
        return true;
    }

    private boolean reasoning(ObjectNode message) {
        var thought = message.path(REASONING_CONTENT);
        if (quirks.thinkingParts() && thought.isTextual()) {
            message.remove(REASONING_CONTENT);
            if (!thought.textValue().isEmpty()) {
                message.set("content", thinking(thought.textValue(), message.path("content")));
            }
            return true;
        }
        if (quirks.reasoningNeeded() && !thought.isTextual()) {
            message.put(REASONING_CONTENT, message.path("reasoning").asText());
            return true;
        }
        if (thought.isTextual() && !takes(REASONING_CONTENT) && takes("reasoning")) {
            message.remove(REASONING_CONTENT);
            message.set("reasoning", thought);
            return true;
        }
        return false;
    }

    private static ArrayNode thinking(String thought, JsonNode content) {
        var parts = content.isArray() ? (ArrayNode) content : text("").arrayNode();
        if (content.isTextual() && !content.textValue().isEmpty()) {
            parts.add(text(content.textValue()));
        }
        var part = parts.insertObject(0).put("type", "thinking");
        part.putArray("thinking").add(text(thought));
        return parts;
    }

    private static ObjectNode text(String text) {
        return Json.MAPPER.createObjectNode().put("type", "text").put("text", text);
    }

    /** The first of the calls of one answer carries the signature. */
    private static boolean signature(ObjectNode message) {
        if (!(message.path("tool_calls").path(0) instanceof ObjectNode call)
                || call.at("/extra_content/google/thought_signature").isTextual()) {
            return false;
        }
        call.withObject("/extra_content/google").put("thought_signature", NO_SIGNATURE);
        return true;
    }

    private boolean takes(String member) {
        return quirks.messageMembers().isEmpty() || quirks.messageMembers().contains(member);
    }

    /** Leaves out what the backend does not take. A refusal is what the assistant said. */
    private boolean members(ObjectNode message, String path) {
        var refusal = message.path("refusal");
        var refused = !takes("refusal") && refusal.isTextual() && isSilent(message.path("content"));
        if (refused) {
            message.set("content", refusal);
            message.remove("refusal");
        }
        var left = message.properties().removeIf(member -> {
            if (takes(member.getKey())) {
                return false;
            }
            if (!isSilent(member.getValue())) {
                told.add(path + "." + member.getKey());
            }
            return true;
        });
        return left || refused;
    }

    private static boolean isSilent(JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isContainerNode() && value.isEmpty());
    }
}
