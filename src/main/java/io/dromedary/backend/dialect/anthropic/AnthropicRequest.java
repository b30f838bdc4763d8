package io.dromedary.backend.dialect.anthropic;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.blocks.AnswerFormat;
import io.dromedary.backend.dialect.blocks.ChosenTools;
import io.dromedary.backend.dialect.blocks.Claude;
import io.dromedary.backend.dialect.blocks.FittedBody;
import io.dromedary.backend.dialect.blocks.Sampling;
import io.dromedary.backend.dialect.blocks.SchemaForm;
import io.dromedary.backend.dialect.blocks.Thinking;
import io.dromedary.backend.dialect.blocks.Turns;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A chat completion request as a body of the Messages API. */
final class AnthropicRequest {
    /** The API's own members, which a caller may give beside those of chat. */
    private static final List<String> OWN = List.of(
            "thinking",
            "top_k",
            "output_config",
            "cache_control",
            "context_management",
            "container",
            "mcp_servers",
            "inference_geo",
            "speed");

    /** The user is named to the upstream. */
    private static final Set<String> TRANSLATED = Stream.concat(
                    FittedBody.TRANSLATED.stream(), Stream.of("user", "safety_identifier"))
            .collect(Collectors.toUnmodifiableSet());

    /** For models of which nothing is known but that they speak this. */
    private static final int USUAL_TOKENS = 8_192;

    private static final int CONTEXT = 200_000;
    private static final int BYTES_PER_TOKEN = 3;

    private final ChatRequest request;
    private final Target target;
    private final ObjectNode body;
    private final List<String> told;
    private final @Nullable Claude claude;
    private final AnswerFormat format;
    private final ObjectNode sent = Json.MAPPER.createObjectNode();
    private boolean thinks;

    private AnthropicRequest(ChatRequest request, Target target, FittedBody fitted) {
        this.request = request;
        this.target = target;
        this.body = fitted.members();
        this.told = fitted.told();
        this.claude = Claude.of(target.upstream());
        this.format = AnswerFormat.of(request);
    }

    static Dialect.Outgoing of(ChatRequest request, Target target) {
        var fitted = FittedBody.of(request, target);
        var translated = new AnthropicRequest(request, target, fitted);
        translated.translate();
        return new Dialect.Outgoing(Json.bytes(translated.sent), List.copyOf(fitted.told()));
    }

    /** The answer comes as the call of a tool, because nothing else holds this model to a schema. */
    static boolean answersByTool(ChatRequest request, Target target) {
        return answersByTool(AnswerFormat.of(request), Claude.of(target.upstream()));
    }

    private static boolean answersByTool(AnswerFormat format, @Nullable Claude claude) {
        return format.kind() == AnswerFormat.Kind.SCHEMA && (claude == null || !claude.structured());
    }

    private void translate() {
        var turns = Turns.of(body.path("messages"), new AnthropicBlocks(), told);
        if (format.kind() == AnswerFormat.Kind.OBJECT) {
            turns.instruct(AnswerFormat.INSTRUCTION);
        }
        var tools = ChosenTools.of(body, answersByTool(format, claude) ? format : null);
        var maxTokens = maxTokens();
        sent.put("model", target.upstream()).put("max_tokens", maxTokens);
        if (!turns.system().isEmpty()) {
            sent.set("system", system(turns));
        }
        sent.set("messages", turns.turns());
        AnthropicTools.write(tools, claude != null && claude.structured(), sent, told);
        stop();
        if (request.stream()) {
            sent.put("stream", true);
        }
        own();
        thinking(maxTokens, tools, turns);
        sampling();
        format();
        caller();
        var tier = target.tier();
        if (tier != null && tier.sent() != null) {
            sent.put("service_tier", tier.sent());
        }
        dropUnknown();
    }

    /** One plain text as itself; more, or one that is to be cached, as blocks. */
    private static JsonNode system(Turns turns) {
        var blocks = turns.system();
        var first = blocks.path(0);
        return blocks.size() == 1 && !first.has("cache_control") ? first.path("text") : blocks;
    }

    private int maxTokens() {
        if (request.maxTokens() > 0) {
            return request.maxTokens();
        }
        if (claude == null) {
            return USUAL_TOKENS;
        }
        // prompt and answer together are refused where they cannot fit, and nobody has counted the prompt yet
        var window = target.capabilities().contextWindow() > 0
                ? target.capabilities().contextWindow()
                : CONTEXT;
        var room = window - request.body().length / BYTES_PER_TOKEN;
        return Math.min(claude.mostTokens(), Math.max(USUAL_TOKENS, room));
    }

    private void stop() {
        var sequences = Sampling.stop(body, told);
        if (!sequences.isEmpty()) {
            sent.set("stop_sequences", sequences);
        }
    }

    private void own() {
        for (var member : OWN) {
            if (body.has(member)) {
                sent.set(member, body.path(member));
            }
        }
    }

    private void thinking(int maxTokens, ChosenTools tools, Turns turns) {
        var effort = text(body, "reasoning_effort");
        if (sent.has("thinking")) {
            // the caller says it in the API's own words
            thinks = !text(sent.path("thinking"), "type").equals("disabled");
        } else if (claude == null) {
            if (!effort.isEmpty() && !effort.equals("none")) {
                told.add("reasoning_effort");
            }
        } else {
            var thinking = Thinking.of(claude, effort, maxTokens, tools, turns);
            thinks = thinking.on();
            if (thinking.thinking() != null) {
                sent.set("thinking", thinking.thinking());
            }
            if (thinking.effort() != null) {
                outputConfig().put("effort", thinking.effort());
            }
            if (!thinking.honoured()) {
                told.add("reasoning_effort");
            }
        }
    }

    private ObjectNode outputConfig() {
        return sent.path("output_config") instanceof ObjectNode there ? there : sent.putObject("output_config");
    }

    private void sampling() {
        var sampling = Sampling.of(body, claude, thinks, told);
        if (sampling.temperature() != null) {
            sent.set("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            sent.set("top_p", sampling.topP());
        }
        if (!sampling.topK()) {
            sent.remove("top_k");
        }
    }

    private void format() {
        if (format.schema() != null && !answersByTool(format, claude)) {
            outputConfig().putObject("format").put("type", "json_schema").set("schema", SchemaForm.of(format.schema()));
        }
    }

    private void caller() {
        var user = text(body, "safety_identifier").isEmpty() ? text(body, "user") : text(body, "safety_identifier");
        if (!user.isEmpty()) {
            sent.putObject("metadata").put("user_id", user);
        }
    }

    private void dropUnknown() {
        for (var member : body.properties()) {
            var name = member.getKey();
            if (!TRANSLATED.contains(name) && !OWN.contains(name) && !told.contains(name)) {
                told.add(name);
            }
        }
    }
}
