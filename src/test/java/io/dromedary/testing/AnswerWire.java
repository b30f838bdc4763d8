package io.dromedary.testing;

import static io.dromedary.api.json.JsonText.quote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.ModelAnswer.Kind;
import io.dromedary.testing.ModelAnswer.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A {@link ModelAnswer} in OpenAI's shapes for one request, with an id that no other request's answer has. */
final class AnswerWire {
    private final ModelAnswer answer;
    private final JsonNode request;
    private final String id;

    AnswerWire(ModelAnswer answer, Received received) {
        this.answer = answer;
        this.request = Echo.request(received);
        this.id = "chatcmpl-" + received.arrivedAt();
    }

    boolean isStream() {
        return request.path("stream").asBoolean();
    }

    /** Roles and all that is said. */
    List<String> beginning() {
        var events = new ArrayList<String>();
        for (var choice = 0; choice < answer.choices(); choice++) {
            events.add(chunk(choice, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", null));
        }
        for (var piece : answer.pieces()) {
            events.add(chunk(piece.choice(), delta(piece), null));
        }
        return events;
    }

    List<String> finish() {
        return IntStream.range(0, answer.choices())
                .mapToObj(choice -> chunk(choice, "{}", answer.finish()))
                .toList();
    }

    /** All that comes after what is said. */
    List<String> ending() {
        var events = new ArrayList<>(finish());
        if (answer.usage() && wantsUsage()) {
            events.add(envelope("chat.completion.chunk", "", usage()));
        }
        events.add(ChatEvents.DONE);
        return events;
    }

    String whole() {
        var choices = IntStream.range(0, answer.choices())
                .mapToObj(i -> "{\"index\":" + i + ",\"message\":" + message(i)
                        + ",\"logprobs\":null,\"finish_reason\":" + quote(answer.finish()) + "}")
                .collect(Collectors.joining(","));
        return envelope("chat.completion", choices, answer.usage() ? usage() : "");
    }

    private String message(int choice) {
        var call = answer.said(choice, Kind.CALL).split(" ", 2);
        var thought = answer.said(choice, Kind.REASONING);
        var calls = call.length < 2
                ? ""
                : ",\"tool_calls\":[{\"id\":" + quote(call[0]) + ",\"type\":\"function\",\"function\":{\"name\":"
                        + quote(call[1]) + ",\"arguments\":" + quote(answer.said(choice, Kind.ARGUMENTS)) + "}}]";
        return "{\"role\":\"assistant\",\"refusal\":null,\"content\":"
                + quote(calls.isEmpty() ? answer.said(choice, Kind.TEXT) : null)
                + (thought.isEmpty() ? "" : ",\"reasoning_content\":" + quote(thought)) + calls + "}";
    }

    private static String delta(Piece piece) {
        return switch (piece.kind()) {
            case REASONING -> "{\"reasoning_content\":" + quote(piece.text()) + "}";
            case TEXT -> "{\"content\":" + quote(piece.text()) + "}";
            case CALL -> {
                var call = piece.text().split(" ", 2);
                yield "{\"tool_calls\":[{\"index\":0,\"id\":" + quote(call[0])
                        + ",\"type\":\"function\",\"function\":{\"name\":" + quote(call[1]) + ",\"arguments\":\"\"}}]}";
            }
            case ARGUMENTS ->
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + quote(piece.text()) + "}}]}";
        };
    }

    private String chunk(int choice, String delta, @Nullable String finishReason) {
        return envelope(
                "chat.completion.chunk",
                "{\"index\":" + choice + ",\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                        + quote(finishReason) + "}",
                wantsUsage() ? ",\"usage\":null" : "");
    }

    private String envelope(String object, String choices, String more) {
        return "{\"id\":" + quote(id) + ",\"object\":" + quote(object) + ",\"created\":1700000000,\"model\":"
                + quote(request.path("model").asText()) + ",\"choices\":[" + choices + "]" + more + "}";
    }

    private boolean wantsUsage() {
        return request.path("stream_options").path("include_usage").asBoolean();
    }

    private String usage() {
        return ","
                + ChatEvents.usageMember(
                        ModelAnswer.PROMPT_TOKENS, answer.pieces().size());
    }
}
