package io.dromedary.backend.simulator;

import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer before it is written. Every choice is the same but for the id of its call.
 *
 * @param tier that it says it was served by
 * @param tokens what it says, or what it calls the tool with
 * @param tool the tool that it calls, or null when it speaks
 * @param callIds one for each choice; empty when it speaks
 * @param alternatives how many {@code top_logprobs} each token has; -1 for no logprobs at all
 */
record Answer(
        String id,
        long created,
        String model,
        String tier,
        List<String> tokens,
        @Nullable Tool tool,
        List<String> callIds,
        String finishReason,
        int choices,
        int alternatives,
        int promptTokens) {

    static final String FINGERPRINT = "simulator";

    /** Opens the object and writes what an answer and each of its chunks begin with, up to {@code choices}. */
    StringBuilder open(StringBuilder json, String object) {
        JsonText.quote(json.append("{\"id\":"), id);
        json.append(",\"object\":\"").append(object).append("\",\"created\":").append(created);
        JsonText.quote(json.append(",\"model\":"), model);
        JsonText.quote(json.append(",\"service_tier\":"), tier);
        return json.append(",\"system_fingerprint\":\"" + FINGERPRINT + "\",\"choices\":");
    }

    /** Writes the call of the tool: the first event of it in a stream has an empty input. */
    static StringBuilder call(StringBuilder json, Tool tool, String id, String input) {
        JsonText.quote(json.append("\"id\":"), id);
        json.append(",\"type\":\"").append(tool.type()).append("\",\"").append(tool.type());
        JsonText.quote(json.append("\":{\"name\":"), tool.name());
        json.append(",\"").append(tool.inputName()).append("\":");
        return JsonText.quote(json, input).append('}');
    }

    /** Writes the member {@code logprobs} for some of the tokens. */
    StringBuilder logprobs(StringBuilder json, List<String> some) {
        json.append("\"logprobs\":");
        if (alternatives < 0 || tool != null) {
            return json.append("null");
        }
        json.append("{\"content\":[");
        for (var i = 0; i < some.size(); i++) {
            logprob(json.append(i == 0 ? "{" : ",{"), some.get(i), 0).append(",\"top_logprobs\":[");
            for (var rank = 0; rank < alternatives; rank++) {
                var token = rank == 0 ? some.get(i) : some.get(i) + "_" + rank;
                logprob(json.append(rank == 0 ? "{" : ",{"), token, rank).append('}');
            }
            json.append("]}");
        }
        return json.append("],\"refusal\":null}");
    }

    private static StringBuilder logprob(StringBuilder json, String token, int rank) {
        JsonText.quote(json.append("\"token\":"), token);
        json.append(",\"logprob\":-").append(rank).append(".125,\"bytes\":[");
        var bytes = token.getBytes(StandardCharsets.UTF_8);
        for (var i = 0; i < bytes.length; i++) {
            json.append(i == 0 ? "" : ",").append(bytes[i] & 0xff);
        }
        return json.append(']');
    }

    /** Writes the member {@code usage}. */
    StringBuilder usage(StringBuilder json) {
        var completion = tokens.size() * choices;
        return json.append("\"usage\":{\"prompt_tokens\":")
                .append(promptTokens)
                .append(",\"completion_tokens\":")
                .append(completion)
                .append(",\"total_tokens\":")
                .append(promptTokens + completion)
                .append(",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}")
                .append(",\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
                        + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}");
    }

    /** The answer as one {@code chat.completion}. */
    byte[] whole() {
        var json = open(new StringBuilder(1024), "chat.completion").append('[');
        var said = String.join("", tokens);
        for (var choice = 0; choice < choices; choice++) {
            json.append(choice == 0 ? "" : ",").append("{\"index\":").append(choice);
            json.append(",\"message\":{\"role\":\"assistant\",\"content\":");
            if (tool == null) {
                JsonText.quote(json, said);
            } else {
                call(json.append("null,\"tool_calls\":[{"), tool, callIds.get(choice), said)
                        .append("}]");
            }
            json.append(",\"refusal\":null,\"annotations\":[]},");
            logprobs(json, tokens)
                    .append(",\"finish_reason\":\"")
                    .append(finishReason)
                    .append("\"}");
        }
        return usage(json.append("],")).append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
