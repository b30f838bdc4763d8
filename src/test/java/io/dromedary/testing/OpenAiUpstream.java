package io.dromedary.testing;

import static io.dromedary.api.json.JsonText.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An echoing model behind OpenAI's wire: chat completions with tools, choices, logprobs and usage. */
public final class OpenAiUpstream implements Function<Received, Script> {
    @Override
    public Script apply(Received received) {
        if (!received.path().equals("/v1/chat/completions")) {
            return Script.json(404, ChatEvents.error("no such path"));
        }
        return answer(received);
    }

    /** Whatever the path is. */
    public static Script answer(Received received) {
        var request = Echo.request(received);
        var echo = Echo.to(request);
        return request.path("stream").asBoolean() ? stream(request, echo) : Script.json(200, whole(request, echo));
    }

    private static String whole(JsonNode request, Echo echo) {
        var message = echo.tool() == null
                ? "\"content\":" + quote(echo.said())
                : "\"content\":null,\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":"
                        + quote(echo.tool()) + ",\"arguments\":" + quote(echo.said()) + "}}]";
        var choices = IntStream.range(0, choices(request))
                .mapToObj(index -> "{\"index\":" + index + ",\"message\":{\"role\":\"assistant\"," + message
                        + ",\"refusal\":null,\"annotations\":[]},\"logprobs\":" + logprobs(request, echo, echo.words())
                        + ",\"finish_reason\":" + quote(finish(echo)) + "}")
                .collect(Collectors.joining(","));
        return envelope("chat.completion", choices, usage(request, echo));
    }

    private static Script stream(JsonNode request, Echo echo) {
        var usageWanted = request.path("stream_options").path("include_usage").asBoolean();
        var events = new ArrayList<String>();
        for (var index = 0; index < choices(request); index++) {
            events.add(chunk(index, "\"role\":\"assistant\"," + opening(echo) + ",\"refusal\":null", "null", null));
            for (var word : echo.words()) {
                events.add(chunk(index, delta(echo, word), logprobs(request, echo, List.of(word)), null));
            }
            events.add(chunk(index, "", "null", finish(echo)));
        }
        var script = Script.stream();
        for (var choice : events) {
            script = script.event(envelope("chat.completion.chunk", choice, usageWanted ? ",\"usage\":null" : ""));
        }
        if (usageWanted) {
            script = script.event(envelope("chat.completion.chunk", "", usage(request, echo)));
        }
        return script.event(ChatEvents.DONE);
    }

    private static String opening(Echo echo) {
        return echo.tool() == null
                ? "\"content\":\"\""
                : "\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":" + quote(echo.tool()) + ",\"arguments\":\"\"}}]";
    }

    private static String delta(Echo echo, String word) {
        return echo.tool() == null
                ? "\"content\":" + quote(word)
                : "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + quote(word) + "}}]";
    }

    private static String chunk(int index, String delta, String logprobs, @Nullable String finishReason) {
        return "{\"index\":" + index + ",\"delta\":{" + delta + "},\"logprobs\":" + logprobs + ",\"finish_reason\":"
                + quote(finishReason) + "}";
    }

    private static String logprobs(JsonNode request, Echo echo, List<String> words) {
        if (!request.path("logprobs").asBoolean() || echo.tool() != null) {
            return "null";
        }
        return words.stream()
                .map(word -> "{" + token(word) + ",\"top_logprobs\":[{" + token(word) + "}]}")
                .collect(Collectors.joining(",", "{\"content\":[", "],\"refusal\":null}"));
    }

    private static String token(String word) {
        var utf8 = word.getBytes(UTF_8);
        var bytes = IntStream.range(0, utf8.length).map(i -> utf8[i] & 0xff).toArray();
        return "\"token\":" + quote(word) + ",\"logprob\":-0.125,\"bytes\":" + Arrays.toString(bytes);
    }

    private static String envelope(String object, String choices, String more) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"" + object
                + "\",\"created\":1700000000,\"model\":\"echo-2026-01-01\"," + "\"choices\":[" + choices
                + "],\"service_tier\":\"default\",\"system_fingerprint\":\"fp_1\"" + more + "}";
    }

    private static String usage(JsonNode request, Echo echo) {
        return "," + ChatEvents.usageMember(echo.promptTokens(), echo.words().size() * choices(request));
    }

    private static int choices(JsonNode request) {
        return request.path("n").asInt(1);
    }

    private static String finish(Echo echo) {
        return echo.tool() == null ? "stop" : "tool_calls";
    }
}
