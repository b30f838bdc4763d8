package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What TGI's own request parser and validation accept, as far as the gateway's requests can touch on it. Held against
 * TGI's recorded verdicts before anything is held against it.
 */
final class TgiRules {
    private final JsonNode request;
    private final List<String> complaints = new ArrayList<>();

    private TgiRules(JsonNode request) {
        this.request = request;
    }

    /** Why TGI's parser refuses a request; empty when it takes it. */
    static List<String> parsed(JsonNode request) {
        var rules = new TgiRules(request);
        rules.parse();
        return rules.complaints;
    }

    /** Why TGI refuses a request, or takes it and does something else than was asked. */
    static List<String> served(JsonNode request) {
        var rules = new TgiRules(request);
        rules.parse();
        rules.validate();
        return rules.complaints;
    }

    private void parse() {
        need(request.path("messages").isArray(), "messages");
        for (var message : request.path("messages")) {
            need(body(message), "message " + message);
        }
        for (var member : Set.of("stop", "logit_bias")) {
            need(absent(member) || request.path(member).isArray(), member);
        }
        need(!(request.has("max_tokens") && request.has("max_completion_tokens")), "duplicate max_tokens");
        for (var member : Set.of("max_tokens", "max_completion_tokens", "seed")) {
            need(absent(member) || unsigned(request.path(member)), member);
        }
        need(!request.has("stream") || request.path("stream").isBoolean(), "stream");
        need(!request.has("stream_options") || streamOptions(request.path("stream_options")), "stream_options");
        for (var tool : request.path("tools")) {
            need(tool.path("type").isTextual() && tool.path("function").has("parameters"), "tool " + tool);
        }
        need(toolChoice(request.path("tool_choice")), "tool_choice");
        need(absent("response_format") || format(request.path("response_format")), "response_format");
    }

    private void validate() {
        need(!request.path("messages").isEmpty(), "no messages");
        need(!request.has("presence_penalty"), "presence_penalty distorts");
        need(absent("top_p") || between(request.path("top_p"), 0, 1), "top_p");
        need(request.path("top_logprobs").asInt() <= 5, "top_logprobs");
        need(request.path("stop").size() <= 4, "stop");
        need(request.path("n").asInt(1) == 1, "n is ignored");
        need(absent("max_tokens") || request.path("max_tokens").asLong() > 0, "max_tokens");
        need(!request.has("tools") || !request.path("tools").isEmpty(), "empty tools force a grammar");
        need(!(request.has("tools") && request.has("response_format")), "mutually exclusive");
        var roles = Set.of("system", "user", "assistant", "tool");
        for (var message : request.path("messages")) {
            need(roles.contains(message.path("role").asText()), "role of " + message);
            need(!(message.has("content") && message.has("tool_calls")), "calls are lost in " + message);
        }
    }

    private static boolean body(JsonNode message) {
        var content = message.path("content");
        if (content.isTextual()) {
            return true;
        }
        if (content.isArray()) {
            for (var part : content) {
                var known = part.path("type").asText().equals("text")
                        || part.path("image_url").path("url").isTextual();
                if (!known) {
                    return false;
                }
            }
            return true;
        }
        return message.path("tool_calls").isArray();
    }

    private static boolean streamOptions(JsonNode options) {
        return options.isObject()
                && (!options.has("include_usage")
                        || options.path("include_usage").isBoolean());
    }

    private static boolean toolChoice(JsonNode choice) {
        return choice.isMissingNode()
                || choice.isNull()
                || choice.isTextual()
                || choice.path("function").path("name").isTextual();
    }

    private static boolean format(JsonNode format) {
        var value = format.path("value");
        return switch (format.path("type").asText()) {
            case "json", "json_object" -> value.isObject();
            case "regex" -> value.isTextual();
            case "json_schema" -> value.path("schema").isObject();
            default -> false;
        };
    }

    private static boolean unsigned(JsonNode number) {
        return number.isIntegralNumber() && number.bigIntegerValue().signum() >= 0;
    }

    private static boolean between(JsonNode number, double low, double high) {
        return number.doubleValue() > low && number.doubleValue() < high;
    }

    private boolean absent(String member) {
        return !request.hasNonNull(member);
    }

    private void need(boolean met, String complaint) {
        if (!met) {
            complaints.add(complaint);
        }
    }
}
