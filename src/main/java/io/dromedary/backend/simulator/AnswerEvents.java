package io.dromedary.backend.simulator;

import io.dromedary.api.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * An answer as server-sent events, each made when it is asked for: the role of each choice, its tokens (the choices in
 * turn), its finish reason, usage where it is wanted, {@code [DONE]}.
 */
final class AnswerEvents extends AbstractList<byte[]> implements RandomAccess {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

    private final Answer answer;
    private final boolean usageWanted;
    private final String opening;

    AnswerEvents(Answer answer, boolean usageWanted) {
        this.answer = answer;
        this.usageWanted = usageWanted;
        this.opening = answer.open(new StringBuilder("data: "), "chat.completion.chunk")
                .toString();
    }

    @Override
    public int size() {
        return (answer.tokens().size() + 2) * answer.choices() + (usageWanted ? 1 : 0) + 1;
    }

    @Override
    public byte[] get(int index) {
        if (index == size() - 1) {
            return DONE.clone();
        }
        var json = new StringBuilder(opening.length() + 160).append(opening);
        var round = index / answer.choices();
        var tokens = answer.tokens().size();
        if (round == tokens + 2) {
            answer.usage(json.append("[],"));
        } else {
            choice(json.append("[{"), index % answer.choices(), round)
                    .append("}]")
                    .append(usageWanted ? ",\"usage\":null" : "");
        }
        return json.append("}\n\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private StringBuilder choice(StringBuilder json, int choice, int round) {
        json.append("\"index\":").append(choice).append(",\"delta\":{");
        var tokens = answer.tokens();
        if (round == 0) {
            return rest(role(json, choice), List.of(), "null");
        }
        if (round > tokens.size()) {
            return rest(json, List.of(), "\"" + answer.finishReason() + "\"");
        }
        var token = tokens.get(round - 1);
        return rest(token(json, token), List.of(token), "null");
    }

    private StringBuilder role(StringBuilder json, int choice) {
        json.append("\"role\":\"assistant\",\"content\":");
        var tool = answer.tool();
        if (tool == null) {
            json.append("\"\"");
        } else {
            Answer.call(
                            json.append("null,\"tool_calls\":[{\"index\":0,"),
                            tool,
                            answer.callIds().get(choice),
                            "")
                    .append("}]");
        }
        return json.append(",\"refusal\":null");
    }

    private StringBuilder token(StringBuilder json, String token) {
        var tool = answer.tool();
        if (tool == null) {
            return JsonText.quote(json.append("\"content\":"), token);
        }
        json.append("\"tool_calls\":[{\"index\":0,\"").append(tool.type());
        json.append("\":{\"").append(tool.inputName()).append("\":");
        return JsonText.quote(json, token).append("}}]");
    }

    private StringBuilder rest(StringBuilder json, List<String> tokens, String finishReason) {
        json.append("},");
        if (tokens.isEmpty()) {
            json.append("\"logprobs\":null");
        } else {
            answer.logprobs(json, tokens);
        }
        return json.append(",\"finish_reason\":").append(finishReason);
    }
}
