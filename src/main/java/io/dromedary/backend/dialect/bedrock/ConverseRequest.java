package io.dromedary.backend.dialect.bedrock;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.blocks.AnswerFormat;
import io.dromedary.backend.dialect.blocks.ChosenTools;
import io.dromedary.backend.dialect.blocks.Claude;
import io.dromedary.backend.dialect.blocks.FittedBody;
import io.dromedary.backend.dialect.blocks.Sampling;
import io.dromedary.backend.dialect.blocks.SchemaForm;
import io.dromedary.backend.dialect.blocks.Thinking;
import io.dromedary.backend.dialect.blocks.Turns;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A chat completion request as one of {@code Converse} or {@code ConverseStream}. */
final class ConverseRequest {
    /** The API's own members, which a caller may give beside those of chat. */
    private static final List<String> OWN = List.of(
            "additionalModelRequestFields",
            "additionalModelResponseFieldPaths",
            "guardrailConfig",
            "performanceConfig",
            "promptVariables",
            "requestMetadata");

    /** Members of Claude's own API, which go through Converse apart. */
    private static final List<String> OF_CLAUDE = List.of("thinking", "top_k");

    private final ChatRequest request;
    private final Target target;
    private final ObjectNode body;
    private final List<String> told;
    private final @Nullable Claude claude;
    private final AnswerFormat format;
    private final ObjectNode sent = Json.MAPPER.createObjectNode();
    private final ObjectNode inference = Json.MAPPER.createObjectNode();
    private final ObjectNode additional;
    private boolean thinks;

    private ConverseRequest(ChatRequest request, Target target, FittedBody fitted) {
        this.request = request;
        this.target = target;
        this.body = fitted.members();
        this.told = fitted.told();
        this.claude = Claude.of(target.upstream());
        this.format = AnswerFormat.of(request);
        this.additional = body.path("additionalModelRequestFields") instanceof ObjectNode own
                ? own
                : Json.MAPPER.createObjectNode();
    }

    static Dialect.Outgoing of(ChatRequest request, Target target) {
        var fitted = FittedBody.of(request, target);
        var converse = new ConverseRequest(request, target, fitted);
        converse.translate();
        var path = "/model/" + escaped(target.upstream()) + (request.stream() ? "/converse-stream" : "/converse");
        return new Dialect.Outgoing(Sending.json(path, Json.bytes(converse.sent)), List.copyOf(fitted.told()));
    }

    private static String escaped(String model) {
        return URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The answer comes as the call of a tool, because nothing else holds this model to a schema. */
    static boolean answersByTool(ChatRequest request, Target target) {
        return AnswerFormat.of(request).kind() == AnswerFormat.Kind.SCHEMA && !holdsToSchemas(target.upstream());
    }

    /** Older Claudes and Nova are held to a schema only through a tool. */
    private static boolean holdsToSchemas(String upstream) {
        var claude = Claude.of(upstream);
        return claude == null ? !upstream.contains("amazon.nova") : claude.structured();
    }

    private void translate() {
        var turns = Turns.of(body.path("messages"), new ConverseBlocks(), told);
        if (format.kind() == AnswerFormat.Kind.OBJECT) {
            turns.instruct(AnswerFormat.INSTRUCTION);
        }
        if (!turns.system().isEmpty()) {
            sent.set("system", turns.system());
        }
        sent.set("messages", turns.turns());
        var byTool = answersByTool(request, target);
        var tools = ChosenTools.of(body, byTool ? format : null);
        ConverseTools.write(tools, turns, holdsToSchemas(target.upstream()), sent, told);
        own();
        limits();
        reasoning(tools, turns);
        sampling();
        if (format.schema() != null && !byTool) {
            format(format.schema());
        }
        if (!inference.isEmpty()) {
            sent.set("inferenceConfig", inference);
        }
        if (!additional.isEmpty()) {
            sent.set("additionalModelRequestFields", additional);
        }
        var tier = target.tier();
        if (tier != null && tier.sent() != null) {
            sent.putObject("serviceTier").put("type", tier.sent());
        }
        dropUnknown();
    }

    private void own() {
        for (var member : OWN) {
            if (body.has(member)) {
                sent.set(member, body.path(member));
            }
        }
        for (var member : OF_CLAUDE) {
            if (claude != null && body.has(member)) {
                additional.set(member, body.path(member));
            }
        }
    }

    private void limits() {
        if (request.maxTokens() > 0) {
            inference.put("maxTokens", request.maxTokens());
        }
        var sequences = Sampling.stop(body, told);
        if (!sequences.isEmpty()) {
            inference.set("stopSequences", sequences);
        }
    }

    private void reasoning(ChosenTools tools, Turns turns) {
        var effort = text(body, "reasoning_effort");
        if (claude != null) {
            claude(claude, effort, tools, turns);
        } else if (effort.isEmpty()) {
            return;
        } else if (target.upstream().contains("openai.")) {
            additional.put("reasoning_effort", effort.equals("none") || effort.equals("minimal") ? "low" : effort);
        } else if (target.upstream().contains("nova-2")) {
            var config = additional.putObject("reasoningConfig");
            if (effort.equals("none")) {
                config.put("type", "disabled");
            } else {
                config.put("type", "enabled").put("maxReasoningEffort", ofNova(effort));
            }
        } else if (!effort.equals("none")) {
            told.add("reasoning_effort");
        }
    }

    private static String ofNova(String effort) {
        return switch (effort) {
            case "minimal", "low" -> "low";
            case "high", "xhigh", "max" -> "high";
            default -> "medium";
        };
    }

    private void claude(Claude model, String effort, ChosenTools tools, Turns turns) {
        if (additional.has("thinking")) {
            thinks = !text(additional.path("thinking"), "type").equals("disabled");
            return;
        }
        var most = request.maxTokens() > 0 ? request.maxTokens() : model.mostTokens();
        var thinking = Thinking.of(model, effort, most, tools, turns);
        thinks = thinking.on();
        if (thinking.thinking() != null) {
            additional.set("thinking", thinking.thinking());
        }
        if (thinking.effort() != null) {
            additional.putObject("output_config").put("effort", thinking.effort());
        }
        if (thinks && model.thinking() == Claude.Thinking.BUDGET) {
            // the budget has to be below it, whatever it is where nothing is said
            inference.put("maxTokens", most);
        }
        if (!thinking.honoured()) {
            told.add("reasoning_effort");
        }
    }

    private void sampling() {
        var sampling = Sampling.of(body, claude, thinks, told);
        if (sampling.temperature() != null) {
            inference.set("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            inference.set("topP", sampling.topP());
        }
        if (!sampling.topK()) {
            additional.remove("top_k");
        }
    }

    private void format(ObjectNode schema) {
        var text = sent.putObject("outputConfig").putObject("textFormat").put("type", "json_schema");
        var declared = text.putObject("structure").putObject("jsonSchema");
        declared.put("schema", SchemaForm.of(schema).toString());
        if (!format.name().isEmpty()) {
            declared.put("name", format.name());
        }
        if (!format.description().isEmpty()) {
            declared.put("description", format.description());
        }
    }

    private void dropUnknown() {
        for (var member : body.properties()) {
            var name = member.getKey();
            var known = FittedBody.TRANSLATED.contains(name)
                    || OWN.contains(name)
                    || claude != null && OF_CLAUDE.contains(name)
                    || told.contains(name);
            if (!known) {
                told.add(name);
            }
        }
    }
}
