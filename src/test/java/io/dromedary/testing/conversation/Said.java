package io.dromedary.testing.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.conversation.Atom.Kind;
import java.util.List;

/**
 * What a model answers. Empty is what it does not say.
 *
 * @param signature vouches for the reasoning
 */
public record Said(String reasoning, String signature, String text, String refusal, List<Call> calls) {
    /** Tokens that every answer is said to have cost. */
    public static final int PROMPT_TOKENS = 31;

    public static final int COMPLETION_TOKENS = 17;
    public static final int CACHED_TOKENS = 11;
    public static final int REASONING_TOKENS = 5;

    /** A call of a function. */
    public record Call(String id, String name, String arguments) {}

    public static Said text(String text) {
        return new Said("", "", text, "", List.of());
    }

    public static Said calls(Call... calls) {
        return new Said("", "", "", "", List.of(calls));
    }

    /** As OpenAI names it. */
    public String finishReason() {
        return calls.isEmpty() ? "stop" : "tool_calls";
    }

    public Said withoutReasoning() {
        return new Said("", "", text, refusal, calls);
    }

    public Said withoutSignature() {
        return new Said(reasoning, "", text, refusal, calls);
    }

    /** A refusal as any other text. */
    public Said refusingInText() {
        return new Said(reasoning, signature, text + refusal, "", calls);
    }

    /** With one call at most, and nothing beside it. */
    public Said withOneCallAlone() {
        return calls.isEmpty() ? this : new Said(reasoning, signature, "", "", List.of(calls.getFirst()));
    }

    /** As a message of a chat completion. */
    public ObjectNode message() {
        var message = Json.MAPPER.createObjectNode().put("role", "assistant");
        message.put("content", text.isEmpty() ? null : text);
        if (!refusal.isEmpty()) {
            message.put("refusal", refusal);
        }
        if (!reasoning.isEmpty()) {
            message.put("reasoning_content", reasoning);
        }
        if (!signature.isEmpty()) {
            message.putArray("reasoning_details")
                    .addObject()
                    .put("type", "reasoning.text")
                    .put("text", reasoning)
                    .put("signature", signature);
        }
        if (!calls.isEmpty()) {
            var list = message.putArray("tool_calls");
            for (var call : calls) {
                list.addObject()
                        .put("id", call.id)
                        .put("type", "function")
                        .putObject("function")
                        .put("name", call.name)
                        .put("arguments", call.arguments);
            }
        }
        return message;
    }

    /** Adds what it says as a message. */
    void atoms(int at, List<Atom> to) {
        var path = "messages[" + at + "].";
        add(Kind.REASONING, reasoning, at, path + "reasoning_content", to);
        add(Kind.SIGNATURE, signature, at, path + "reasoning_details", to);
        add(Kind.TEXT, text, at, path + "content", to);
        add(Kind.REFUSAL, refusal, at, path + "refusal", to);
        for (var call : calls) {
            to.add(new Atom(
                    Kind.CALL,
                    "assistant",
                    at,
                    call.arguments,
                    call.name,
                    call.id,
                    path + "tool_calls[" + calls.indexOf(call) + "]"));
        }
    }

    private static void add(Kind kind, String text, int at, String path, List<Atom> to) {
        if (!text.isEmpty()) {
            to.add(new Atom(kind, "assistant", at, text, "", "", path));
        }
    }
}
