package io.dromedary.api.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.responses.ChatNames;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A request of the Messages API as a chat request.
 *
 * @param chat what the backends are asked
 * @param dropped members that chat has no words for and that do not change what the answer means
 */
record MessagesForm(ChatRequest chat, List<String> dropped) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Up to so many tokens of thought are little, or medium. */
    private static final int LITTLE = 2048;

    private static final int MEDIUM = 8192;

    /** Members that are translated by themselves. */
    private static final Set<String> OWN = Set.of(
            "model",
            "messages",
            "system",
            "max_tokens",
            "stop_sequences",
            "stream",
            "metadata",
            "service_tier",
            "thinking",
            "output_config",
            "output_format",
            "tools",
            "tool_choice",
            "mcp_servers");

    /** Members that chat knows by the same name and in the same shape. */
    private static final Set<String> SAME = Set.of("temperature", "top_p", "top_k", "input", "output");

    /**
     * Translates.
     *
     * @param inBlocks every backend that may answer takes {@code thinking} and {@code cache_control} as they are, beside
     *     what chat has
     * @throws RefusedException 400 whose {@code param} is a member of the Messages request
     */
    static MessagesForm of(MessagesRequest request, boolean inBlocks) {
        var body = request.body();
        var dropped = new LinkedHashSet<String>();
        var chat = JSON.objectNode();
        chat.set("model", body.path("model"));
        chat.set("messages", BlockMessages.of(body, inBlocks, dropped));
        if (body.hasNonNull("max_tokens")) {
            chat.set("max_completion_tokens", body.path("max_tokens"));
        }
        stops(body.path("stop_sequences"), chat);
        tools(body.path("tools"), inBlocks, chat, dropped);
        if (!body.path("tools").isEmpty()) {
            toolChoice(body.path("tool_choice"), chat);
        }
        thinking(body, inBlocks, chat);
        format(body, chat);
        serviceTier(body.path("service_tier"), chat);
        if (body.path("metadata").path("user_id").isTextual()) {
            chat.set("user", body.path("metadata").path("user_id"));
        }
        others(body, chat, dropped);
        if (request.stream()) {
            chat.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        return new MessagesForm(read(chat), List.copyOf(dropped));
    }

    private static ChatRequest read(ObjectNode chat) {
        try {
            return ChatRequestReader.read(Json.bytes(chat));
        } catch (RefusedException e) {
            throw new RefusedException(ChatNames.refusal(e.refusal(), MessagesNames::asked));
        }
    }

    private static void others(ObjectNode body, ObjectNode chat, Set<String> dropped) {
        body.properties().forEach(member -> {
            if (member.getValue().isNull() || OWN.contains(member.getKey())) {
                return;
            }
            if (SAME.contains(member.getKey())) {
                chat.set(member.getKey(), member.getValue());
            } else {
                dropped.add(member.getKey());
            }
        });
    }

    /** Blank ones would end an answer at its first space; Anthropic refuses them, others do not agree. */
    private static void stops(JsonNode sequences, ObjectNode chat) {
        if (!sequences.isEmpty()) {
            chat.set("stop", sequences);
        }
    }

    private static void tools(JsonNode tools, boolean inBlocks, ObjectNode chat, Set<String> dropped) {
        if (tools.isEmpty()) {
            return;
        }
        var list = chat.putArray("tools");
        for (var tool : tools) {
            var sent = list.addObject().put("type", "function");
            var function = sent.putObject("function");
            function.set("name", tool.path("name"));
            if (tool.hasNonNull("description")) {
                function.set("description", tool.path("description"));
            }
            function.set("parameters", tool.path("input_schema"));
            if (tool.hasNonNull("strict")) {
                function.set("strict", tool.path("strict"));
            }
            if (tool.hasNonNull("cache_control")) {
                if (inBlocks) {
                    sent.set("cache_control", tool.path("cache_control"));
                } else {
                    dropped.add("cache_control");
                }
            }
        }
    }

    private static void toolChoice(JsonNode choice, ObjectNode chat) {
        switch (choice.path("type").asText()) {
            case "auto", "none" -> chat.set("tool_choice", choice.path("type"));
            case "any" -> chat.put("tool_choice", "required");
            case "tool" ->
                chat.putObject("tool_choice")
                        .put("type", "function")
                        .putObject("function")
                        .set("name", choice.path("name"));
            default -> {}
        }
        if (choice.path("disable_parallel_tool_use").asBoolean(false)) {
            chat.put("parallel_tool_calls", false);
        }
    }

    /** A budget is said in words, which is all that other backends know. */
    private static void thinking(ObjectNode body, boolean inBlocks, ObjectNode chat) {
        var thinking = body.path("thinking");
        var effort = body.path("output_config").path("effort");
        if (inBlocks && thinking.isObject()) {
            chat.set("thinking", thinking);
        }
        if (effort.isTextual()) {
            chat.set("reasoning_effort", effort);
        } else if (!inBlocks && thinking.path("type").asText().equals("enabled")) {
            var budget = thinking.path("budget_tokens").asInt();
            chat.put("reasoning_effort", budget <= LITTLE ? "low" : budget <= MEDIUM ? "medium" : "high");
        }
    }

    private static void format(ObjectNode body, ObjectNode chat) {
        var named = body.path("output_config").path("format");
        var format = named.isObject() ? named : body.path("output_format");
        if (format.isObject()) {
            chat.putObject("response_format")
                    .put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", "answer")
                    .put("strict", true)
                    .set("schema", format.path("schema"));
        }
    }

    /** Anthropic's word for no more than what is included is {@code standard_only}. */
    private static void serviceTier(JsonNode tier, ObjectNode chat) {
        if (tier.isTextual()) {
            chat.put("service_tier", tier.asText().equals("standard_only") ? "default" : tier.asText());
        }
    }
}
