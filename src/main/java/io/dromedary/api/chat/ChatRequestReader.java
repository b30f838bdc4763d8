package io.dromedary.api.chat;

import io.dromedary.api.Guards.Side;
import io.dromedary.api.ModelName;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Members;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a chat completion request in one pass over its bytes, without building a tree.
 *
 * <p>Null stands for absent wherever a member is optional. Members that the contract does not know are left to the
 * backends. The first fault in the order of the text is the one reported; rules between members come last.
 */
public final class ChatRequestReader {
    private static final int MAX_SAFETY_IDENTIFIER = 64;

    private final Cursor at;
    private final MessagesCheck messages;
    private final ToolsCheck tools;
    private final ToolChoiceCheck toolChoice;
    private final AudioCheck audio;
    private final StreamCheck stream;

    private @Nullable ModelName model;
    private boolean messagesSeen;
    private boolean logprobs;
    private int topLogprobs = -1;
    private int maxTokens;
    private int maxCompletionTokens;
    private int choices = 1;
    private @Nullable String serviceTier;
    private boolean deferred;
    private Side input = Side.NONE;
    private Side output = Side.NONE;

    private ChatRequestReader(Cursor at) {
        this.at = at;
        this.messages = new MessagesCheck(at);
        this.tools = new ToolsCheck(at);
        this.toolChoice = new ToolChoiceCheck(at);
        this.audio = new AudioCheck(at);
        this.stream = new StreamCheck(at);
    }

    /**
     * Reads a request.
     *
     * @param body the whole body as the client sent it
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it; broken JSON names line and
     *     column, both from 1, the column in characters
     */
    public static ChatRequest read(byte[] body) {
        try (var at = Cursor.open(body)) {
            return new ChatRequestReader(at).request();
        }
    }

    private ChatRequest request() {
        at.beginObject();
        var members = new Members(at.start());
        for (var name = at.name(); name != null; name = at.name()) {
            var nameStart = at.start();
            at.value();
            var valueStart = at.start();
            if (!at.atNull()) {
                member(name);
            }
            members.add(name, nameStart, valueStart, at.end());
        }
        members.close(at.start());
        at.finish();
        return checked(members);
    }

    private void member(String name) {
        switch (name) {
            case "model" -> model = ModelCheck.read(at);
            case "messages" -> {
                messages.read();
                messagesSeen = true;
            }

            case "temperature" -> at.number(0, 2);
            case "top_p" -> at.number(0, 1);
            case "presence_penalty", "frequency_penalty" -> at.number(-2, 2);
            case "top_k" -> at.integer(-1, Integer.MAX_VALUE);
            case "seed" -> at.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case "n" -> choices = (int) at.integer(1, ChatRequest.MAX_CHOICES);
            case "max_tokens" -> maxTokens = (int) at.integer(1, Integer.MAX_VALUE);
            case "max_completion_tokens" -> maxCompletionTokens = (int) at.integer(1, Integer.MAX_VALUE);
            case "logprobs" -> logprobs = at.bool();
            case "top_logprobs" -> topLogprobs = (int) at.integer(0, 20);
            case "stop" -> SamplingCheck.stop(at);
            case "logit_bias" -> SamplingCheck.logitBias(at);
            case "reasoning_effort" -> at.oneOf(Values.EFFORTS);
            case "verbosity" -> at.oneOf(Values.LEVELS);
            case "response_format" -> FormatCheck.read(at);
            case "prediction" -> PredictionCheck.read(at);

            case "tools" -> tools.read();
            case "tool_choice" -> toolChoice.read();
            case "parallel_tool_calls" -> at.bool();
            case "functions" -> FunctionsCheck.functions(at);
            case "function_call" -> FunctionsCheck.functionCall(at);

            case "stream" -> stream.flag();
            case "stream_options" -> stream.options();
            case "modalities" -> audio.modalities();
            case "audio" -> audio.output();

            case "service_tier" -> serviceTier = ServiceTierCheck.read(at);
            case "deferred" -> deferred = at.bool();
            case "store" -> at.bool();
            case "metadata" -> MetadataCheck.read(at);
            case "user", "prompt_cache_key" -> at.string();
            case "safety_identifier" -> at.string(MAX_SAFETY_IDENTIFIER);
            case "input" -> input = GuardsCheck.input(at);
            case "output" -> output = GuardsCheck.output(at);
            case "web_search_options", "search_parameters", "extra_body" -> at.object();

            default -> at.skip();
        }
    }

    /** The rules between members. */
    private ChatRequest checked(Members members) {
        if (model == null) {
            throw Faults.missing("model");
        }
        if (!messagesSeen) {
            throw Faults.missing("messages");
        }
        if (topLogprobs >= 0 && !logprobs) {
            throw Faults.at("top_logprobs", "invalid_value", "'%s' needs 'logprobs' to be true.");
        }
        if (maxTokens > 0 && maxCompletionTokens > 0 && maxTokens != maxCompletionTokens) {
            throw Faults.at(
                    "max_tokens",
                    "invalid_value",
                    "'%s' and 'max_completion_tokens' differ. Send only 'max_completion_tokens'.");
        }
        stream.verify();
        if (deferred && stream.wanted()) {
            throw Faults.at(
                    "stream",
                    "unsupported_value",
                    "'%s' is not possible with 'deferred': a completion that is fetched later comes as a whole.");
        }
        audio.verify();
        toolChoice.verify(tools);
        return new ChatRequest(at.body(), members, model, options(), traits(), messages.media());
    }

    private ChatRequest.Options options() {
        return new ChatRequest.Options(
                stream.wanted(),
                stream.usageWanted(),
                choices,
                Math.max(maxTokens, maxCompletionTokens),
                Math.max(0, topLogprobs),
                serviceTier,
                deferred,
                GuardsCheck.on(input, output));
    }

    private ChatRequest.Traits traits() {
        return new ChatRequest.Traits(
                messages.has(Parts.IMAGE),
                messages.has(Parts.AUDIO) || audio.wanted(),
                messages.has(Parts.FILE),
                messages.developerRole(),
                messages.contentWithToolCalls(),
                messages.prefill(),
                messages.asText(),
                tools.count(),
                tools.custom(),
                toolChoice.forces());
    }
}
