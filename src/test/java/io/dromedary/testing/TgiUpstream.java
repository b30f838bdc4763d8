package io.dromedary.testing;

import static io.dromedary.api.json.JsonText.quote;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An echoing model behind the wire of Text Generation Inference 3, with its ways: empty ids, {@code stop} after a tool
 * call and no finish reason at all in the stream of one, the role in each delta, no {@code bytes} in logprobs, and what
 * OpenAI's requests have and TGI's cannot is a 422.
 */
public final class TgiUpstream implements Function<Received, Script> {
    @Override
    public Script apply(Received received) {
        if (!received.path().equals("/v1/chat/completions")) {
            return Script.json(received.path().equals("/health") ? 200 : 404, "{}");
        }
        var request = Echo.request(received);
        if (request.path("response_format").has("json_schema")) {
            return Script.whole(
                    422,
                    "text/plain; charset=utf-8",
                    Map.of(),
                    "Failed to deserialize the JSON body into the target type: response_format: missing field `value`");
        }
        var echo = Echo.to(request);
        return request.path("stream").asBoolean() ? stream(request, echo) : Script.json(200, whole(request, echo));
    }

    private static String whole(JsonNode request, Echo echo) {
        var message = echo.tool() == null
                ? "\"content\":" + quote(echo.said())
                : "\"tool_calls\":[{\"id\":\"0\",\"type\":\"function\",\"function\":{\"description\":null,\"name\":"
                        + quote(echo.tool()) + ",\"arguments\":" + quote(echo.said()) + "}}]";
        var choice = "{\"index\":0,\"message\":{\"role\":\"assistant\"," + message + "},\"logprobs\":"
                + logprobs(request, echo.words()) + ",\"finish_reason\":\"stop\"}";
        return envelope("chat.completion", choice, usage(echo));
    }

    private static Script stream(JsonNode request, Echo echo) {
        var script = Script.stream();
        for (var i = 0; i < echo.words().size(); i++) {
            var word = echo.words().get(i);
            var delta = echo.tool() == null ? "\"content\":" + quote(word) : call(echo.tool(), i == 0, word);
            script = script.event(chunk(delta, logprobs(request, List.of(word)), "null"));
        }
        if (echo.tool() == null) {
            script = script.event(chunk("\"content\":\"\"", "null", "\"stop\""));
        }
        if (request.path("stream_options").path("include_usage").asBoolean()) {
            script = script.event(envelope("chat.completion.chunk", "", usage(echo)));
        }
        return script.event(ChatEvents.DONE);
    }

    private static String call(String tool, boolean first, String word) {
        return "\"tool_calls\":[{\"index\":0,\"id\":\"0\",\"type\":\"function\",\"function\":{\"name\":"
                + (first ? quote(tool) : "null") + ",\"arguments\":" + quote(word) + "}}]";
    }

    private static String chunk(String delta, String logprobs, String finishReason) {
        return envelope(
                "chat.completion.chunk",
                "{\"index\":0,\"delta\":{\"role\":\"assistant\"," + delta + "},\"logprobs\":" + logprobs
                        + ",\"finish_reason\":" + finishReason + "}",
                ",\"usage\":null");
    }

    private static String logprobs(JsonNode request, List<String> words) {
        if (!request.path("logprobs").asBoolean()) {
            return "null";
        }
        return words.stream()
                .map(word -> "{" + token(word) + ",\"top_logprobs\":[{" + token(word) + "}]}")
                .collect(Collectors.joining(",", "{\"content\":[", "]}"));
    }

    private static String token(String word) {
        return "\"token\":" + quote(word) + ",\"logprob\":-0.125";
    }

    private static String envelope(String object, String choice, String more) {
        return "{\"object\":\"" + object + "\",\"id\":\"\",\"created\":1700000000,\"model\":\"tgi\","
                + "\"system_fingerprint\":\"3.3.6-dev0-sha-db931fc\",\"choices\":[" + choice + "]" + more + "}";
    }

    private static String usage(Echo echo) {
        return "," + ChatEvents.usageMember(echo.promptTokens(), echo.words().size());
    }
}
