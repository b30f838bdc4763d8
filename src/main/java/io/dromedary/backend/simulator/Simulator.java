package io.dromedary.backend.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.Ids;
import io.dromedary.api.error.ErrorBody;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model that says back what it was told. The same request has the same answer, but for ids and times. Stateless.
 *
 * <ol>
 *   <li>After a tool's result it says that result.
 *   <li>{@code fail:503}, as all that the user says, makes it fail with that status (400 to 599).
 *   <li>Where it may call a tool ({@code tool_choice} is {@code auto} or not given, and the user does not tell it to {@code
 *       say:} something) or has to, it calls the first, or the one that is named. A string among the arguments is the
 *       user's text; the rest is the simplest that the tool's schema allows.
 *   <li>{@code say:TEXT} makes it say TEXT.
 *   <li>Otherwise it says the user's last message, pictures and the like in words: {@code [image]}.
 * </ol>
 *
 * <p>It obeys {@code response_format}, {@code n}, {@code stop}, {@code max_tokens}, {@code max_completion_tokens}, {@code
 * logprobs}, {@code top_logprobs} and {@code stream_options}, and never writes more than {@value #MAX_TOKENS} tokens in
 * one answer. Its embeddings and ranks are those of {@link Meaning}. A token is a word with the white space before it (see {@code Tokens}); the prompt's tokens are those of the
 * messages. Each answer's {@code system_fingerprint} is {@code simulator}.
 */
public final class Simulator {
    static final int MAX_TOKENS = 4096;

    private final Ids ids;
    private final InstantSource clock;

    public Simulator(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Answers a chat completion request.
     *
     * @param body a request that was found sound
     */
    public Simulation chat(byte[] body) {
        var request = Json.object(body);
        var conversation = Conversation.of(request.path("messages"));
        return switch (Turn.of(request, conversation)) {
            case Turn.Fail(var status) -> failure(status);
            case Turn.Say(var text) -> reply(request, answer(request, conversation, spoken(request, text), null));
            case Turn.Call(var tool, var text) -> reply(request, answer(request, conversation, tool.input(text), tool));
        };
    }

    /**
     * Answers a request for anything else.
     *
     * @param path of a backend that speaks OpenAI's protocol, e.g. {@code /embeddings}
     * @param body a request that was found sound
     */
    public Simulation task(String path, byte[] body) {
        return switch (path) {
            case "/embeddings" -> Reader.embeddings(body);
            case "/rerank" -> Reader.rerank(body);
            default -> failure(404);
        };
    }

    private static Simulation reply(JsonNode request, Answer answer) {
        if (!request.path("stream").asBoolean()) {
            return Simulation.whole(200, answer.whole());
        }
        var usageWanted = request.path("stream_options").path("include_usage").asBoolean();
        return Simulation.stream(new AnswerEvents(answer, usageWanted));
    }

    private Answer answer(JsonNode request, Conversation conversation, String output, @Nullable Tool tool) {
        var choices = choices(request);
        var limit = limit(request, choices);
        var tokens = Tokens.first(limit + 1, output);
        var cut = tokens.size() > limit;
        return new Answer(
                ids.next("chatcmpl-"),
                clock.instant().getEpochSecond(),
                request.path("model").asText(),
                tier(request.path("service_tier").asText()),
                cut ? tokens.subList(0, limit) : tokens,
                tool,
                tool == null
                        ? List.of()
                        : Stream.generate(() -> ids.next("call_"))
                                .limit(choices)
                                .toList(),
                cut ? "length" : tool == null ? "stop" : "tool_calls",
                choices,
                request.path("logprobs").asBoolean()
                        ? request.path("top_logprobs").asInt(0)
                        : -1,
                conversation.tokens());
    }

    /** As OpenAI's API says it: what has a tier of its own is served by that. */
    private static String tier(String asked) {
        return switch (asked) {
            case "flex", "priority" -> asked;
            default -> "default";
        };
    }

    private static int choices(JsonNode request) {
        return Math.max(1, request.path("n").asInt(1));
    }

    /** Tokens of one choice. */
    private static int limit(JsonNode request, int choices) {
        var limit = Math.max(1, MAX_TOKENS / choices);
        for (var name : new String[] {"max_tokens", "max_completion_tokens"}) {
            limit = Math.min(limit, request.path(name).asInt(limit));
        }
        return Math.max(0, limit);
    }

    private static String spoken(JsonNode request, String text) {
        return upToStop(formatted(text, request.path("response_format")), request.path("stop"));
    }

    private static String formatted(String text, JsonNode format) {
        return switch (format.path("type").asText()) {
            case "json_object" -> {
                var object = JsonNodeFactory.instance.objectNode().put("text", text);
                yield isObject(text) ? text : SchemaExample.json(object);
            }
            case "json_schema" -> SchemaExample.json(format.path("json_schema").path("schema"), text);
            default -> text;
        };
    }

    private static boolean isObject(String text) {
        var json = text.startsWith("{") ? Json.read(text.getBytes(StandardCharsets.UTF_8)) : null;
        return json != null && json.isObject();
    }

    private static String upToStop(String text, JsonNode stop) {
        var end = text.length();
        for (var sequence : stop.isTextual() ? List.of(stop) : stop) {
            var at = sequence.asText().isEmpty() ? -1 : text.indexOf(sequence.asText());
            end = at < 0 ? end : Math.min(end, at);
        }
        return text.substring(0, end);
    }

    static Simulation failure(int status) {
        var type = switch (status) {
            case 429 -> "rate_limit_error";
            case 503 -> "service_unavailable_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
        var refusal =
                new Refusal.Rejected(status, "The simulator was told to fail with " + status + ".", type, null, null);
        return Simulation.whole(status, ErrorBody.bytes(refusal));
    }
}
