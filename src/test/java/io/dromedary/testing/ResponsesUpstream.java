package io.dromedary.testing;

import static io.dromedary.api.json.JsonText.quote;

import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** A model behind OpenAI's Responses API that thinks, and says the same to everybody. */
public final class ResponsesUpstream implements Function<Received, Script> {
    /** What it says, in pieces. */
    public static final List<String> WORDS = List.of("from", " the", " native");

    private static final String REASONING =
            "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[],\"encrypted_content\":\"gAAA\"}";
    private static final String MESSAGE =
            "{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"completed\","
                    + "\"content\":[{\"type\":\"output_text\",\"text\":" + quote(String.join("", WORDS))
                    + ",\"annotations\":[],\"logprobs\":[]}]}";

    @Override
    public Script apply(Received received) {
        if (!received.path().equals("/v1/responses")) {
            return Script.json(404, ChatEvents.error("no such path"));
        }
        var request = Json.object(received.body().getBytes(StandardCharsets.UTF_8));
        return request.path("stream").asBoolean()
                ? begun(WORDS.size()).event(completed())
                : Script.json(200, response("completed", ""));
    }

    /** A stream as far as so many of its words. */
    public static Script begun(int words) {
        var script = Script.stream(
                "{\"type\":\"response.created\",\"sequence_number\":0,\"response\":" + response("in_progress", "")
                        + "}",
                item("added", 0, "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}"),
                item("done", 0, REASONING),
                item("added", 1, "{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[]}"));
        for (var word : WORDS.subList(0, words)) {
            script = script.event("{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_1\",\"output_index\":1,"
                    + "\"content_index\":0,\"delta\":" + quote(word) + ",\"logprobs\":[]}");
        }
        return script;
    }

    /** The event {@code response.failed}. */
    public static String failed(String code) {
        return "{\"type\":\"response.failed\",\"response\":"
                + response("failed", "{\"code\":" + quote(code) + ",\"message\":\"it broke\"}") + "}";
    }

    private static String completed() {
        return "{\"type\":\"response.completed\",\"response\":" + response("completed", "") + "}";
    }

    private static String item(String what, int index, String item) {
        return "{\"type\":\"response.output_item." + what + "\",\"output_index\":" + index + ",\"item\":" + item + "}";
    }

    private static String response(String status, String error) {
        var ended = status.equals("completed");
        return "{\"id\":\"resp_theirs\",\"object\":\"response\",\"created_at\":1700000000,\"status\":" + quote(status)
                + ",\"error\":" + (error.isEmpty() ? "null" : error) + ",\"incomplete_details\":null,\"model\":\"up\","
                + "\"output\":[" + (ended ? REASONING + "," + MESSAGE : "")
                + "],\"service_tier\":\"default\",\"usage\":"
                + (ended
                        ? "{\"input_tokens\":5,\"input_tokens_details\":{\"cached_tokens\":2},\"output_tokens\":7,"
                                + "\"output_tokens_details\":{\"reasoning_tokens\":4},\"total_tokens\":12}"
                        : "null")
                + "}";
    }
}
