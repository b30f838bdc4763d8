package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.Set;

/** A whole turn of the Responses API as a chat request. */
public final class ChatForm {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Members that are translated by themselves, that the gateway acts on, or that say nothing to a chat backend. */
    private static final Set<String> OWN = Set.of(
            "model",
            "input",
            "instructions",
            "prompt",
            "previous_response_id",
            "conversation",
            "background",
            "store",
            "stream",
            "stream_options",
            "include",
            "truncation",
            "context_management",
            "max_output_tokens",
            "max_tool_calls",
            "reasoning",
            "text",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "logprobs",
            "top_logprobs",
            "safeguards",
            "messages",
            "output",
            // of messages over the WebSocket, and of clients newer than this
            "type",
            "event_id",
            "stream_id",
            "generate",
            "access_programs",
            "image",
            "personality");

    private ChatForm() {}

    /**
     * Translates. Members that the Responses API does not know go along as they are, for backends that know them. Hosted
     * tools, and the items that came of them, are left out: what came of them is in the message that followed, and who asks
     * for them now is not served by this alone.
     *
     * @param items history, then input, in order; references resolved, compaction items opened
     * @return UTF-8 JSON of a chat completion request with {@code stream} as asked, ready for {@link ChatRequestReader}
     * @throws RefusedException 400 with the {@code param} that no chat message can say
     */
    public static byte[] of(ResponseRequest request, List<ObjectNode> items) {
        var body = request.body();
        var chat = JSON.objectNode();
        var model = request.model();
        if (model != null) {
            chat.put("model", model.value());
        }
        var earlier = Math.max(0, items.size() - request.input().size());
        var messages = ChatMessages.of(request.instructions(), items, earlier);
        if (messages.isEmpty() && request.beyondChat() != null) {
            // a form that is never sent still has to be a chat request
            messages.addObject().put("role", "user").put("content", "");
        }
        chat.set("messages", messages);
        ChatTools.put(body, chat);
        format(body.path("text"), chat);
        effort(body.path("reasoning"), chat);
        logprobs(request, chat);
        if (body.hasNonNull("max_output_tokens")) {
            chat.set("max_completion_tokens", body.path("max_output_tokens"));
        }
        body.properties().forEach(member -> {
            if (!OWN.contains(member.getKey()) && !member.getValue().isNull()) {
                chat.set(member.getKey(), member.getValue());
            }
        });
        Safeguards.put(body, chat);
        if (request.stream()) {
            chat.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        return Json.bytes(chat);
    }

    /**
     * Translates, and reads what came of it.
     *
     * @throws RefusedException 400 whose {@code param} is a member of the Responses request
     */
    public static ChatRequest read(ResponseRequest request, List<ObjectNode> items) {
        try {
            return ChatRequestReader.read(of(request, items));
        } catch (RefusedException e) {
            throw new RefusedException(ChatNames.refusal(e.refusal()));
        }
    }

    private static void format(JsonNode text, ObjectNode chat) {
        var format = text.path("format");
        var type = format.path("type").asText();
        if (type.equals("json_schema")) {
            var schema = chat.putObject("response_format").put("type", type).putObject("json_schema");
            for (var member : List.of("name", "description", "schema", "strict")) {
                if (format.hasNonNull(member)) {
                    schema.set(member, format.path(member));
                }
            }
        } else if (!type.isEmpty()) {
            chat.putObject("response_format").put("type", type);
        }
        if (text.path("verbosity").isTextual()) {
            chat.set("verbosity", text.path("verbosity"));
        }
    }

    private static void effort(JsonNode reasoning, ObjectNode chat) {
        if (reasoning.path("effort").isTextual()) {
            chat.set("reasoning_effort", reasoning.path("effort"));
        }
    }

    /** Either way of asking is enough. A number of alternatives goes with the switch only. */
    private static void logprobs(ResponseRequest request, ObjectNode chat) {
        var body = request.body();
        var top = body.path("top_logprobs").asInt(0);
        if (top > 0 || body.path("logprobs").asBoolean(false) || request.includes("message.output_text.logprobs")) {
            chat.put("logprobs", true);
            if (body.path("top_logprobs").isInt()) {
                chat.put("top_logprobs", top);
            }
        }
    }
}
