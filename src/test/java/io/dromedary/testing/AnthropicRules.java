package io.dromedary.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the Messages API refuses with a 400, as far as it is documented. */
public final class AnthropicRules {
    private static final Set<String> MEMBERS = Set.of(
            "model",
            "max_tokens",
            "messages",
            "system",
            "stream",
            "stop_sequences",
            "temperature",
            "top_p",
            "top_k",
            "tools",
            "tool_choice",
            "thinking",
            "metadata",
            "service_tier",
            "output_config",
            "cache_control",
            "context_management",
            "container",
            "mcp_servers",
            "inference_geo",
            "speed");

    private final List<String> faults = new ArrayList<>();
    private Set<String> open = new HashSet<>();

    private AnthropicRules() {}

    /** Everything that is wrong with a request, in the API's own manner. */
    public static List<String> faults(JsonNode request) {
        var rules = new AnthropicRules();
        rules.top(request);
        rules.tools(request);
        rules.messages(request.path("messages"));
        return rules.faults;
    }

    private void must(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    private void top(JsonNode request) {
        request.fieldNames()
                .forEachRemaining(name -> must(MEMBERS.contains(name), name + ": Extra inputs are not permitted"));
        must(request.path("model").isTextual(), "model: Field required");
        must(request.path("max_tokens").asInt() > 0, "max_tokens: Field required");
        must(request.path("temperature").asDouble(0) <= 1, "temperature: Input should be less than or equal to 1");
        request.path("stop_sequences")
                .forEach(stop -> must(!stop.asText().isBlank(), "stop_sequences: each must contain non-whitespace"));
        var thinking = request.path("thinking");
        if (thinking.path("type").asText().equals("enabled")) {
            var budget = thinking.path("budget_tokens").asInt();
            must(budget >= 1024, "thinking.budget_tokens: Input should be greater than or equal to 1024");
            must(budget < request.path("max_tokens").asInt(), "`max_tokens` must be greater than the budget");
            must(!request.has("temperature"), "`temperature` may only be set to 1 when thinking is enabled");
            must(!request.has("top_k"), "`top_k` must be unset when thinking is enabled");
        }
        if (thinking.isObject() && !thinking.path("type").asText().equals("disabled")) {
            must(
                    !Set.of("any", "tool")
                            .contains(request.at("/tool_choice/type").asText()),
                    "Thinking may not be enabled when tool_choice forces tool use.");
        }
    }

    private void tools(JsonNode request) {
        must(!request.has("tools") || !request.path("tools").isEmpty(), "tools: empty");
        must(!request.has("tool_choice") || request.has("tools"), "tool_choice may only be specified with tools");
        for (var tool : request.path("tools")) {
            must(tool.path("name").asText().matches("[a-zA-Z0-9_-]{1,128}"), "tools.name: pattern");
            must(tool.at("/input_schema/type").asText().equals("object"), "tools.input_schema.type: Field required");
        }
    }

    private void messages(JsonNode messages) {
        must(!messages.isEmpty(), "messages: at least one message is required");
        var before = "";
        for (var message : messages) {
            var role = message.path("role").asText();
            must(Set.of("user", "assistant").contains(role), "messages: Unexpected role \"" + role + "\"");
            must(!role.equals(before), "messages: roles must alternate");
            must(!before.isEmpty() || role.equals("user"), "messages: first message must use the user role");
            before = role;
            content(message, role);
        }
        must(open.isEmpty(), "`tool_use` ids were found without `tool_result` blocks immediately after: " + open);
    }

    private void content(JsonNode message, String role) {
        var content = message.path("content");
        must(content.isTextual() ? !content.asText().isBlank() : !content.isEmpty(), "messages: non-empty content");
        var called = new HashSet<String>();
        var answers = true;
        for (var block : content) {
            var type = block.path("type").asText();
            must(answers || !type.equals("tool_result"), "tool_result blocks must come first");
            answers &= type.equals("tool_result");
            switch (type) {
                case "text" -> must(!block.path("text").asText().isBlank(), "text content blocks must be non-empty");
                case "image", "document" -> source(block.path("source"));
                case "tool_use" -> {
                    must(role.equals("assistant"), "tool_use blocks can only be in assistant messages");
                    must(block.path("id").asText().matches("[a-zA-Z0-9_-]+"), "tool_use.id: pattern");
                    must(block.path("input").isObject(), "tool_use.input: Input should be a valid dictionary");
                    called.add(block.path("id").asText());
                }
                case "tool_result" ->
                    must(
                            open.remove(block.path("tool_use_id").asText()),
                            "unexpected `tool_use_id` found in `tool_result` blocks");
                case "thinking" -> must(!block.path("signature").asText().isEmpty(), "thinking.signature: required");
                case "redacted_thinking" -> must(block.path("data").isTextual(), "redacted_thinking.data: required");
                default -> must(false, "Input tag '" + type + "' found using 'type'");
            }
        }
        must(open.isEmpty(), "`tool_use` ids were found without `tool_result` blocks immediately after: " + open);
        open = called;
    }

    private void source(JsonNode source) {
        switch (source.path("type").asText()) {
            case "base64" ->
                must(
                        source.path("data").isTextual()
                                && source.path("media_type").isTextual(),
                        "source.base64: Field required");
            case "url" -> must(source.path("url").asText().startsWith("http"), "source.url: invalid");
            case "text" -> must(source.path("media_type").asText().equals("text/plain"), "source.media_type");
            default -> must(false, "source.type: " + source);
        }
    }
}
