package io.dromedary.api.completions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.chat.ChatRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.api.read.Faults;
import io.dromedary.api.responses.ChatNames;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/** A request of the completions API as a chat request. */
final class CompletionForm {
    /** What an answer may have where nobody says it, as in OpenAI's API. */
    static final int USUAL_TOKENS = 16;

    /** Of all conversations together. */
    private static final long MOST_BYTES = 64L << 20;

    private static final Set<String> OWN = Set.of(
            "prompt", "suffix", "max_tokens", "best_of", "echo", "logprobs", "messages", "max_completion_tokens");
    private static final Map<String, String> NAMES =
            Map.of("messages", "prompt", "max_completion_tokens", "max_tokens", "top_logprobs", "logprobs");

    private CompletionForm() {}

    /**
     * Translates: a conversation for each prompt. Members that the completions API does not know go along as they are, for backends that know them.
     *
     * @throws RefusedException 400 whose {@code param} is a member of the request
     */
    static ChatRequest of(CompletionRequest request) {
        var body = request.body();
        var chat = JsonNodeFactory.instance.objectNode();
        body.properties().forEach(member -> {
            if (!OWN.contains(member.getKey()) && !member.getValue().isNull()) {
                chat.set(member.getKey(), member.getValue());
            }
        });
        chat.put("max_completion_tokens", body.path("max_tokens").asInt(USUAL_TOKENS));
        JsonNode logprobs = body.path("logprobs");
        if (logprobs.isInt()) {
            chat.put("logprobs", true);
            if (logprobs.asInt() > 0) {
                chat.set("top_logprobs", logprobs);
            }
        }
        try {
            var bytes = 0L;
            var conversations = new ArrayList<ChatRequest>(request.prompts().size());
            for (var prompt : request.prompts()) {
                chat.putArray("messages").addObject().put("role", "user").put("content", prompt);
                var conversation = Json.bytes(chat);
                bytes += conversation.length;
                if (bytes > MOST_BYTES) {
                    throw tooMuch();
                }
                conversations.add(ChatRequestReader.read(conversation));
            }
            return conversations.getFirst().besides(conversations.subList(1, conversations.size()));
        } catch (RefusedException e) {
            throw new RefusedException(ChatNames.refusal(e.refusal(), CompletionForm::asked));
        }
    }

    private static RefusedException tooMuch() {
        return Faults.at(
                "messages",
                "array_above_max_length",
                "Invalid '%s': each prompt is sent with a copy of everything else, which is too much here. Send several"
                        + " requests.");
    }

    static String asked(String chat) {
        var end = 0;
        while (end < chat.length() && chat.charAt(end) != '.' && chat.charAt(end) != '[') {
            end++;
        }
        var member = chat.substring(0, end);
        return member.equals("messages") ? "prompt" : NAMES.getOrDefault(member, member) + chat.substring(end);
    }
}
