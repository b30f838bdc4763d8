package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Target;
import java.util.List;
import java.util.Set;

/** Rewrites a request's body, which has been read and found sound, in place into what TGI takes. */
final class TgiRequest {
    private static final Set<String> KNOWN = Set.of(
            "model",
            "messages",
            "frequency_penalty",
            "logprobs",
            "top_logprobs",
            "max_tokens",
            "stop",
            "stream",
            "stream_options",
            "seed",
            "temperature",
            "top_p",
            "tools",
            "tool_choice",
            "tool_prompt",
            "response_format");

    /** Honoured without being sent: one choice and one tool call are all that TGI makes, the rest is the gateway's own. */
    private static final List<String> SETTLED =
            List.of("n", "parallel_tool_calls", "service_tier", "deferred", "input", "output");

    private static final double LEAST_TOP_P = 1e-6;

    private TgiRequest() {}

    /**
     * Rewrites.
     *
     * @param dropped gets the names of members that are left out although the caller set them
     */
    static void rewrite(ObjectNode body, Target target, Set<String> dropped) {
        // a null is a 422 for some members and means nothing for the others
        body.properties().removeIf(member -> member.getValue().isNull());
        body.put("model", target.upstream());
        body.remove(SETTLED);
        maxTokens(body);
        topP(body);
        presencePenalty(body, dropped);
        seed(body, dropped);
        stop(body);
        stream(body);
        TgiTools.rewrite(body);
        body.set(
                "messages",
                TgiMessages.rewritten(
                        body.path("messages"), target.capabilities().images(), dropped));
        TgiFormat.rewrite(body);
        dropUnknown(body, dropped);
    }

    private static void dropUnknown(ObjectNode body, Set<String> dropped) {
        body.properties().removeIf(member -> {
            if (KNOWN.contains(member.getKey())) {
                return false;
            }
            if (!member.getValue().isContainerNode() || !member.getValue().isEmpty()) {
                dropped.add(member.getKey());
            }
            return true;
        });
    }

    /** Both names are one field to TGI, and a duplicate is a 422. Where both are given they are equal. */
    private static void maxTokens(ObjectNode body) {
        var newer = body.remove("max_completion_tokens");
        var older = body.remove("max_tokens");
        var limit = newer == null ? older : newer;
        if (limit != null) {
            body.set("max_tokens", limit);
        }
    }

    /** TGI takes what lies strictly between 0 and 1; 1 is its default. */
    private static void topP(ObjectNode body) {
        var topP = body.path("top_p").asDouble(1);
        if (topP == 1) {
            body.remove("top_p");
        } else if (topP < LEAST_TOP_P) {
            body.put("top_p", LEAST_TOP_P);
        }
    }

    /** TGI turns it into a repetition penalty of {@code x + 2}, which even at 0 distorts the answer. */
    private static void presencePenalty(ObjectNode body, Set<String> dropped) {
        var penalty = body.remove("presence_penalty");
        if (penalty == null) {
            return;
        }
        if (penalty.doubleValue() != 0) {
            throw RefusedException.badRequest(
                    "presence_penalty",
                    "The backend that serves this model cannot honour presence_penalty. Leave it out, or use"
                            + " frequency_penalty.");
        }
        dropped.add("presence_penalty");
    }

    /** TGI's seeds are unsigned. */
    private static void seed(ObjectNode body, Set<String> dropped) {
        if (body.path("seed").longValue() < 0) {
            body.remove("seed");
            dropped.add("seed");
        }
    }

    private static void stop(ObjectNode body) {
        var stop = body.path("stop");
        if (stop.isTextual()) {
            body.putArray("stop").add(stop);
        }
    }

    /** Usage is always asked for: the gateway counts it even where the caller does not want it. */
    private static void stream(ObjectNode body) {
        if (body.path("stream").booleanValue()) {
            body.putObject("stream_options").put("include_usage", true);
        } else {
            body.remove("stream");
        }
    }

    /** Text of a member, or empty. */
    static String text(JsonNode node, String member) {
        return node.path(member).isTextual() ? node.path(member).textValue() : "";
    }
}
