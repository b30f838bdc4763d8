package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.Fitting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat completion request as a body of the Responses API. Members that both know by one name go as they are. */
final class TranslatedRequest {
    private final ObjectNode body;
    private final Target target;
    private final List<String> told;

    private TranslatedRequest(ObjectNode body, Target target, List<String> told) {
        this.body = body;
        this.target = target;
        this.told = told;
    }

    static Dialect.Outgoing of(ChatRequest request, Target target) {
        var fitting = Fitting.of(request, target);
        var told = new ArrayList<>(fitting.named());
        var body = request.tree();
        body.remove(told);
        body.remove(fitting.silent());
        body.properties().removeIf(member -> member.getValue().isNull());
        var translated = new TranslatedRequest(body, target, told);
        translated.rewrite();
        Terms.settle(body, request, target);
        return new Dialect.Outgoing(Json.bytes(body), List.copyOf(told));
    }

    private void rewrite() {
        if (body.path("store").asBoolean()) {
            told.add("store");
        }
        var messages = body.remove("messages");
        body.set("input", InputItems.of(messages, target.capabilities().developerRole(), told));
        // text is all that is asked for, or the request would not have got here
        body.remove(List.of("n", "modalities"));
        maxTokens();
        reasoning();
        wording();
        logprobs();
        streamOptions();
        tools();
    }

    private void maxTokens() {
        var newer = body.remove("max_completion_tokens");
        var older = body.remove("max_tokens");
        put("max_output_tokens", newer == null ? older : newer);
    }

    private void put(String member, @Nullable JsonNode value) {
        if (value != null) {
            body.set(member, value);
        }
    }

    private void reasoning() {
        var effort = body.remove("reasoning_effort");
        if (effort != null) {
            object("reasoning").set("effort", effort);
        }
    }

    /** A member of the caller's own, for backends that know it in chat too, or a new one. */
    private ObjectNode object(String member) {
        return body.path(member) instanceof ObjectNode there ? there : body.putObject(member);
    }

    private void wording() {
        var format = body.remove("response_format");
        if (format != null) {
            object("text").set("format", format(format));
        }
        var verbosity = body.remove("verbosity");
        if (verbosity != null) {
            object("text").set("verbosity", verbosity);
        }
    }

    /** What chat nests under {@code json_schema} stands beside the type. */
    private static JsonNode format(JsonNode format) {
        return format.path("json_schema") instanceof ObjectNode schema
                ? Json.MAPPER
                        .createObjectNode()
                        .put("type", text(format, "type"))
                        .setAll(schema)
                : format;
    }

    private void logprobs() {
        var wanted = body.remove("logprobs");
        if (wanted != null && wanted.asBoolean()) {
            body.putArray("include").add("message.output_text.logprobs");
        }
    }

    /** Usage comes unasked. */
    private void streamOptions() {
        if (body.path("stream_options") instanceof ObjectNode options) {
            options.remove("include_usage");
            if (options.isEmpty()) {
                body.remove("stream_options");
            }
        }
    }

    private void tools() {
        var tools = body.remove("tools");
        var choice = body.remove("tool_choice");
        var calls = body.remove("parallel_tool_calls");
        if (tools == null || tools.isEmpty()) {
            return;
        }
        var sent = body.putArray("tools");
        tools.forEach(tool -> sent.add(tool(tool)));
        put("tool_choice", choice == null ? null : choice(choice));
        put("parallel_tool_calls", calls);
    }

    private static ObjectNode tool(JsonNode tool) {
        return switch (text(tool, "type")) {
            case "custom" -> custom(tool);
            default -> function(tool);
        };
    }

    /** What is not said means something else there: that the schema is strict. */
    private static ObjectNode function(JsonNode tool) {
        var flat = flat(tool, "function");
        if (!flat.path("parameters").isObject()) {
            flat.putObject("parameters").put("type", "object").putObject("properties");
        }
        if (!flat.path("strict").isBoolean()) {
            flat.put("strict", false);
        }
        return flat;
    }

    private static ObjectNode custom(JsonNode tool) {
        var flat = flat(tool, "custom");
        if (flat.path("format").path("grammar") instanceof ObjectNode grammar) {
            flat.putObject("format").put("type", "grammar").setAll(grammar);
        }
        return flat;
    }

    /** An object whose members chat nests under the name of its type. */
    private static ObjectNode flat(JsonNode nested, String type) {
        var flat = Json.MAPPER.createObjectNode().put("type", type);
        nested.path(type).properties().forEach(member -> flat.set(member.getKey(), member.getValue()));
        return flat;
    }

    private static JsonNode choice(JsonNode choice) {
        if (!choice.isObject()) {
            return choice;
        }
        var type = text(choice, "type");
        var flat = flat(choice, type);
        if (type.equals("allowed_tools")) {
            var allowed = flat.putArray("tools");
            choice.path(type).path("tools").forEach(tool -> allowed.add(flat(tool, text(tool, "type"))));
        }
        return flat;
    }
}
