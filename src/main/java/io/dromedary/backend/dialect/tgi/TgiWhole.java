package io.dromedary.backend.dialect.tgi;

import static io.dromedary.backend.dialect.tgi.TgiRequest.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Target;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Rewrites a complete answer of TGI as OpenAI would have given it. */
final class TgiWhole {
    private TgiWhole() {}

    /** The answer for the client, or null when it has no choice with a message and a finish reason. */
    static @Nullable ObjectNode read(ObjectNode answer, Target target, StopText stops, Ids ids, InstantSource clock) {
        var choice = answer.path("choices").path(0);
        var reason = text(choice, "finish_reason");
        if (!choice.path("message").isObject() || reason.isEmpty()) {
            return null;
        }
        var whole = Json.MAPPER.createObjectNode();
        whole.put("id", ids.next("chatcmpl-"))
                .put("object", "chat.completion")
                .put("created", TgiChunks.created(answer, clock));
        TgiChunks.describe(target, whole);
        whole.putArray("choices").add(choice(choice, reason, stops, ids));
        var usage = TgiTerms.usage(answer.path("usage"));
        if (usage != null) {
            whole.set("usage", TgiTerms.json(usage));
        }
        if (answer.path("system_fingerprint").isTextual()) {
            whole.set("system_fingerprint", answer.path("system_fingerprint"));
        }
        return whole;
    }

    private static ObjectNode choice(JsonNode choice, String reason, StopText stops, Ids ids) {
        var content = text(choice.path("message"), "content");
        var tokens = TgiTerms.tokens(choice.path("logprobs"));
        if (reason.equals(TgiTerms.STOP_SEQUENCE)) {
            var kept = stops.kept(content);
            TgiTerms.cut(tokens, content.substring(kept));
            content = content.substring(0, kept);
        }
        var message = Json.MAPPER.createObjectNode().put("role", "assistant");
        var calls = message.arrayNode();
        for (var call : choice.path("message").path("tool_calls")) {
            call(call.path("function"), calls.addObject(), ids);
        }
        message.put("content", calls.isEmpty() || !content.isEmpty() ? content : null);
        if (!calls.isEmpty()) {
            message.set("tool_calls", calls);
        }
        message.putNull("refusal");
        var read = message.objectNode().put("index", 0);
        read.set("message", message);
        read.set("logprobs", TgiTerms.logprobs(tokens));
        return read.put("finish_reason", calls.isEmpty() ? TgiTerms.finishReason(reason) : "tool_calls");
    }

    private static void call(JsonNode function, ObjectNode call, Ids ids) {
        call.put("id", ids.next("call_"))
                .put("type", "function")
                .putObject("function")
                .put("name", text(function, "name"))
                .put("arguments", arguments(function.path("arguments")));
    }

    /** Arguments as the text that clients expect; older releases send the object itself. */
    static String arguments(JsonNode arguments) {
        if (arguments.isTextual()) {
            return arguments.textValue();
        }
        return arguments.isObject() ? arguments.toString() : "";
    }
}
