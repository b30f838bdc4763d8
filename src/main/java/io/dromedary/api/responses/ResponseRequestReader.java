package io.dromedary.api.responses;

import io.dromedary.api.chat.GuardsCheck;
import io.dromedary.api.chat.MetadataCheck;
import io.dromedary.api.chat.ModelCheck;
import io.dromedary.api.chat.SamplingCheck;
import io.dromedary.api.chat.ServiceTierCheck;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;

/**
 * Reads and checks a request to create a response: one pass over its bytes for the checks, one that builds its tree, so
 * that the time grows with the bytes and with nothing else.
 *
 * <p>Null stands for absent wherever a member is optional. Members that the contract does not know are left alone, but for
 * those that clients of chat completions take along by mistake: of these the refusal says what they are called here. The
 * first fault in the order of the text is the one reported; rules between members come last.
 */
public final class ResponseRequestReader {
    /** Characters of one text. */
    static final int LONGEST_TEXT = 10 * 1024 * 1024;

    private static final int MAX_SAFETY_IDENTIFIER = 64;
    private static final List<String> RETENTIONS = List.of("in_memory", "in-memory", "24h");
    private static final List<String> TRUNCATIONS = List.of("auto", "disabled");

    private final Cursor at;
    private final InputCheck input;
    private final FlatToolsCheck tools;
    private final FlatToolChoiceCheck toolChoice;

    private boolean model;
    private boolean inputSeen;
    private boolean prompt;
    private boolean conversation;
    private boolean previous;
    private boolean background;
    private boolean store = true;
    private boolean stream;
    private boolean streamOptions;

    private ResponseRequestReader(Cursor at) {
        this.at = at;
        this.input = new InputCheck(at);
        this.tools = new FlatToolsCheck(at);
        this.toolChoice = new FlatToolChoiceCheck(at);
    }

    /**
     * Reads a request.
     *
     * @param body the whole body as the client sent it
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it; broken JSON names line and
     *     column, both from 1, the column in characters
     */
    public static ResponseRequest read(byte[] body) {
        try (var at = Cursor.open(body)) {
            new ResponseRequestReader(at).check();
            var tree = Json.object(at.body());
            var unlessNative = ChatOnly.find(tree);
            return new ResponseRequest(tree, NewItems.of(tree.path("input")), unlessNative);
        }
    }

    private void check() {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            member(name);
        }
        at.finish();
        verify();
    }

    private void member(String name) {
        switch (name) {
            case "model" -> {
                ModelCheck.read(at);
                model = true;
            }
            case "input" -> {
                input.read();
                inputSeen = true;
            }
            case "instructions" -> at.string(LONGEST_TEXT);
            case "prompt" -> {
                OptionsCheck.prompt(at);
                prompt = true;
            }
            case "previous_response_id" -> {
                at.filled();
                previous = true;
            }
            case "conversation" -> {
                OptionsCheck.conversation(at);
                conversation = true;
            }

            case "background" -> background = at.bool();
            case "store" -> store = at.bool();
            case "parallel_tool_calls", "logprobs" -> at.bool();
            case "stream" -> stream = at.bool();
            case "stream_options" -> {
                OptionsCheck.streamOptions(at);
                streamOptions = true;
            }
            case "include" -> OptionsCheck.include(at);
            case "truncation" -> at.oneOf(TRUNCATIONS);
            case "context_management" -> OptionsCheck.contextManagement(at);

            case "temperature" -> at.number(0, 2);
            case "top_p" -> at.number(0, 1);
            case "presence_penalty", "frequency_penalty" -> at.number(-2, 2);
            case "repetition_penalty" -> at.number(0, Integer.MAX_VALUE);
            case "top_k" -> at.integer(-1, Integer.MAX_VALUE);
            case "seed" -> at.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case "stop" -> SamplingCheck.stop(at);
            case "top_logprobs" -> at.integer(0, 20);
            case "max_output_tokens", "max_tool_calls" -> at.integer(1, Integer.MAX_VALUE);
            case "reasoning" -> OptionsCheck.reasoning(at);
            case "text" -> OptionsCheck.text(at);

            case "tools" -> tools.read();
            case "tool_choice" -> toolChoice.read();

            case "service_tier" -> ServiceTierCheck.read(at);
            case "metadata" -> MetadataCheck.read(at);
            case "user", "prompt_cache_key" -> at.string();
            case "prompt_cache_retention" -> at.oneOf(RETENTIONS);
            case "prompt_cache_options", "moderation" -> at.object();
            case "safety_identifier" -> at.string(MAX_SAFETY_IDENTIFIER);
            case "safeguards" -> GuardsCheck.safeguards(at);

            default -> other(name);
        }
    }

    /** What other APIs call by this name. */
    private void other(String name) {
        var here = switch (name) {
            case "messages" -> "It is called 'input' in the Responses API.";
            case "max_tokens", "max_completion_tokens" -> "It is called 'max_output_tokens' in the Responses API.";
            case "response_format" -> "It is called 'text.format' in the Responses API.";
            case "reasoning_effort" -> "It is called 'reasoning.effort' in the Responses API.";
            case "verbosity" -> "It is called 'text.verbosity' in the Responses API.";
            case "functions" -> "Declare functions as 'tools'.";
            case "function_call" -> "Choose a function by 'tool_choice'.";
            case "n" -> "A response has one answer: send as many requests as there are to be answers.";
            case "modalities", "audio" -> "A response is text: use chat completions for audio.";
            case "deferred" -> "Use chat completions for answers that are fetched later.";
            default -> null;
        };
        if (here != null) {
            throw Faults.at(at.path(), "unsupported_parameter", "Unsupported parameter: '%s'. " + here);
        }
        at.skip();
    }

    /** The rules between members. */
    private void verify() {
        if (background && !store) {
            throw Faults.at(
                    "background",
                    "invalid_value",
                    "'%s' cannot be true where 'store' is false: what is made in the background is fetched later. Leave one"
                            + " of them out.");
        }
        if (!model && !prompt) {
            throw Faults.missing("model");
        }
        if (previous && conversation) {
            throw Faults.at(
                    "previous_response_id",
                    "invalid_value",
                    "'%s' and 'conversation' exclude each other: both say what came before. Send one of them.");
        }
        if (!inputSeen && !previous && !conversation && !prompt) {
            throw Faults.at(
                    "input",
                    "missing_required_parameter",
                    "Missing required parameter: '%s'. Send it, or one of 'previous_response_id', 'conversation' and"
                            + " 'prompt'.");
        }
        if (streamOptions && !stream) {
            throw Faults.at(
                    "stream_options",
                    "invalid_value",
                    "'%s' is only allowed when 'stream' is true. Set 'stream', or leave the options out.");
        }
        toolChoice.verify(tools);
    }
}
