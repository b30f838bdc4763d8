package io.dromedary.api.completions;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ModelCheck;
import io.dromedary.api.chat.SamplingCheck;
import io.dromedary.api.chat.ServiceTierCheck;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and checks a request of the completions API. What a chat model cannot do is refused here: prompts as token ids,
 * a suffix, the best of more answers than are wanted, and log probabilities of the prompt.
 */
final class CompletionRequestReader {
    private static final int MAX_LOGPROBS = 5;
    private static final int MAX_BEST_OF = 20;

    private final Cursor at;
    private boolean model;
    private int prompts;
    private boolean stream;
    private boolean streamOptions;
    private boolean echo;
    private boolean logprobs;
    private long choices = 1;
    private long best;

    private CompletionRequestReader(Cursor at) {
        this.at = at;
    }

    /**
     * Reads a request.
     *
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it
     */
    static CompletionRequest read(byte[] body) {
        try (var at = Cursor.open(body)) {
            new CompletionRequestReader(at).check();
            var tree = Json.object(at.body());
            return new CompletionRequest(tree, texts(tree.path("prompt")));
        }
    }

    private static List<String> texts(JsonNode prompt) {
        var texts = new ArrayList<String>();
        (prompt.isArray() ? prompt : List.of(prompt)).forEach(one -> texts.add(one.asText()));
        return texts;
    }

    private void check() {
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            member(name);
        }
        at.finish();
        if (!model) {
            throw Faults.missing("model");
        }
        if (prompts == 0) {
            throw Faults.missing("prompt");
        }
        if (streamOptions && !stream) {
            throw Faults.at(
                    "stream_options",
                    "invalid_value",
                    "'%s' is only allowed when 'stream' is true. Set 'stream', or leave the options out.");
        }
        if (prompts * choices > ChatRequest.MAX_CHOICES) {
            throw Faults.at(
                    "prompt",
                    "array_above_max_length",
                    "Invalid '%s': a request has " + ChatRequest.MAX_CHOICES + " choices at most, and " + prompts
                            + " prompts with 'n' " + choices + " are more. Send several requests.");
        }
        if (best > 0 && best < choices) {
            throw Faults.at("best_of", "invalid_value", "Invalid '%s': it must not be less than 'n'.");
        }
        if (best > choices) {
            throw unsupported("best_of", "Leave it out, or ask for as many answers with 'n' and choose among them.");
        }
        if (echo && logprobs) {
            throw unsupported(
                    "echo", "A chat model tells no log probabilities of its prompt: leave out this or 'logprobs'.");
        }
    }

    private void member(String name) {
        switch (name) {
            case "model" -> {
                ModelCheck.read(at);
                model = true;
            }
            case "prompt" -> prompt();
            case "suffix" -> {
                if (!at.text().isEmpty()) {
                    throw unsupported("suffix", "A chat model writes no text before a given end: leave it out.");
                }
            }
            case "max_tokens" -> at.integer(1, Integer.MAX_VALUE);
            case "temperature" -> at.number(0, 2);
            case "top_p" -> at.number(0, 1);
            case "presence_penalty", "frequency_penalty" -> at.number(-2, 2);
            case "seed" -> at.integer(Long.MIN_VALUE, Long.MAX_VALUE);
            case "n" -> choices = at.integer(1, ChatRequest.MAX_CHOICES);
            case "best_of" -> best = at.integer(1, MAX_BEST_OF);
            case "echo" -> echo = at.bool();
            case "logprobs" -> {
                at.integer(0, MAX_LOGPROBS);
                logprobs = true;
            }
            case "stop" -> SamplingCheck.stop(at);
            case "stream" -> stream = at.bool();
            case "stream_options" -> {
                at.object();
                streamOptions = true;
            }
            case "user" -> at.string();
            case "service_tier" -> ServiceTierCheck.read(at);
            case "deferred" -> {
                if (at.bool()) {
                    throw Faults.at(
                            "deferred",
                            "unsupported_value",
                            "Unsupported value for '%s': only chat completions are fetched later. Leave it out.");
                }
            }
            case "messages" ->
                throw unsupported("messages", "Send messages to /v1/chat/completions; here it is called 'prompt'.");
            default -> at.skip();
        }
    }

    private void prompt() {
        if (at.atString()) {
            at.filled();
            prompts = 1;
            return;
        }
        at.beginArray("a string, or an array of strings");
        while (at.element()) {
            if (!at.atString()) {
                at.skip();
                throw unsupported(
                        "prompt", "A prompt of token ids means something to one model only: send it as a text.");
            }
            at.filled();
            prompts++;
        }
        if (prompts == 0) {
            throw Faults.emptyArray(at.path());
        }
    }

    private static RefusedException unsupported(String member, String remedy) {
        return Faults.at(
                member,
                "unsupported_value",
                "Unsupported value for '%s': the model behind this is a chat model. " + remedy);
    }
}
