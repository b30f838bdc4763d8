package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One answer of the assistant's as one chat message.
 *
 * <p>Reasoning goes back in {@code reasoning_content}, the name that most backends that reason know it by, and that
 * DeepSeek asks for in turns with tools; those that do not know it leave it alone. What is encrypted or signed goes back in
 * {@code reasoning_details}: the only form of it that a chat API has documented (OpenRouter's), and nobody but the backend
 * that made it can do anything with it. A request has it only where a backend gave it out before.
 */
final class AssistantMessage {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String BETWEEN = "\n\n";

    private Thoughts thoughts = new Thoughts();

    /** Those after the text: nobody knows yet whether a call follows, which belongs here, or another message. */
    private Thoughts ahead = new Thoughts();

    private final ArrayNode content = JSON.arrayNode();
    private final StringBuilder refusal = new StringBuilder();
    private final ArrayNode calls = JSON.arrayNode();
    private boolean spoke;

    void reasoning(ObjectNode item) {
        (saidAll() ? ahead : thoughts).add(item);
    }

    void message(JsonNode parts, String place) {
        spoke = true;
        if (!parts.isArray()) {
            content.add(ChatParts.text(parts.asText("")));
            return;
        }
        for (var i = 0; i < parts.size(); i++) {
            var part = parts.path(i);
            if (part.path("type").asText().equals("refusal")) {
                refusal.append(part.path("refusal").asText());
            } else {
                content.add(ChatParts.part(part, place + "[" + i + "]"));
            }
        }
    }

    void call(ObjectNode item) {
        thoughts.addAll(ahead);
        ahead = new Thoughts();
        var custom = ItemType.of(item).equals(ItemType.CUSTOM_CALL);
        var kind = custom ? "custom" : "function";
        var input = custom ? "input" : "arguments";
        calls.addObject()
                .put("id", item.path("call_id").asText())
                .put("type", kind)
                .putObject(kind)
                .put("name", item.path("name").asText())
                .put(input, item.path(input).asText());
    }

    /** There is text and no call: a text that follows is a message of its own. */
    boolean saidAll() {
        return spoke && calls.isEmpty();
    }

    boolean isEmpty() {
        return !spoke && calls.isEmpty() && thoughts.isEmpty();
    }

    /** The beginning of the next message: what was thought after the text of this one. */
    AssistantMessage takeAhead() {
        var next = new AssistantMessage();
        next.thoughts = ahead;
        ahead = new Thoughts();
        return next;
    }

    ObjectNode toChat() {
        thoughts.addAll(ahead);
        var message = JSON.objectNode().put("role", "assistant");
        thoughts.write(message);
        if (!content.isEmpty()) {
            message.set("content", ChatParts.plain(content));
        } else if (refusal.isEmpty() && calls.isEmpty()) {
            message.put("content", "");
        } else {
            message.putNull("content");
        }
        if (!refusal.isEmpty()) {
            message.put("refusal", refusal.toString());
        }
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        return message;
    }

    /** What reasoning items hold. */
    private static final class Thoughts {
        private final StringBuilder text = new StringBuilder();
        private final ArrayNode details = JSON.arrayNode();

        /** The reasoning itself where it is there, else its summary. */
        void add(ObjectNode item) {
            append(item.path(item.path("content").isEmpty() ? "summary" : "content"));
            var encrypted = item.path("encrypted_content");
            if (encrypted.isTextual()) {
                details.addAll(SignedThoughts.details(encrypted.textValue()));
            }
        }

        void addAll(Thoughts others) {
            append(others.text.toString());
            details.addAll(others.details);
        }

        boolean isEmpty() {
            return text.isEmpty() && details.isEmpty();
        }

        void write(ObjectNode message) {
            if (!text.isEmpty()) {
                message.put("reasoning_content", text.toString());
            }
            if (!details.isEmpty()) {
                message.set("reasoning_details", details);
            }
        }

        private void append(JsonNode parts) {
            for (var part : parts) {
                append(part.path("text").asText());
            }
        }

        private void append(String more) {
            if (!text.isEmpty() && !more.isEmpty()) {
                text.append(BETWEEN);
            }
            text.append(more);
        }
    }
}
