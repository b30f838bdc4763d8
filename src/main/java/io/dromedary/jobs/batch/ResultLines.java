package io.dromedary.jobs.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of output and error files: {@code {"id","custom_id","response":{"status_code","request_id","body"},"error"}}. */
final class ResultLines {
    private static final byte[] END = "},\"error\":null}\n".getBytes(UTF_8);

    private ResultLines() {}

    /**
     * A line that was answered, be it with an error.
     *
     * @param id of this line of the output
     * @param body JSON; anything else becomes a string
     */
    static byte[] answered(String id, String customId, int status, String requestId, byte[] body) {
        var json = new StringBuilder(256).append("{\"id\":");
        JsonText.quote(json, id).append(",\"custom_id\":");
        JsonText.quote(json, customId).append(",\"response\":{\"status_code\":").append(status);
        json.append(",\"request_id\":");
        JsonText.quote(json, requestId).append(",\"body\":");
        var begin = json.toString().getBytes(UTF_8);
        var shown = onOneLine(body);
        var line = Arrays.copyOf(begin, begin.length + shown.length + END.length);
        System.arraycopy(shown, 0, line, begin.length, shown.length);
        System.arraycopy(END, 0, line, begin.length + shown.length, END.length);
        return line;
    }

    /** A line that nobody has answered. */
    static byte[] unanswered(String id, String customId, String code, String message) {
        var json = new StringBuilder(256).append("{\"id\":");
        JsonText.quote(json, id).append(",\"custom_id\":");
        JsonText.quote(json, customId).append(",\"response\":null,\"error\":{\"code\":");
        JsonText.quote(json, code).append(",\"message\":");
        return JsonText.quote(json, message).append("}}\n").toString().getBytes(UTF_8);
    }

    /** Line ends stand only between the tokens of JSON, where a space says the same. */
    private static byte[] onOneLine(byte[] body) {
        if (Json.read(body) == null) {
            return text(body);
        }
        byte @Nullable [] copy = null;
        for (var i = 0; i < body.length; i++) {
            if (body[i] == '\n' || body[i] == '\r') {
                copy = copy == null ? body.clone() : copy;
                copy[i] = ' ';
            }
        }
        return copy == null ? body : copy;
    }

    /** A body that is no JSON, as JSON. */
    static byte[] text(byte[] body) {
        return JsonText.quote(new String(body, UTF_8)).getBytes(UTF_8);
    }

    /** The length of the recording that an answer says it was counted by; 0 where it says nothing of the kind. */
    static long seconds(byte[] body) {
        var tree = Json.read(body);
        return tree == null ? 0 : Math.max(0, tree.path("usage").path("seconds").asLong());
    }

    /** What an answer says of its tokens, in the words of either API. */
    static Usage usage(byte[] body) {
        var tree = Json.read(body);
        var usage = tree == null ? Json.MAPPER.nullNode() : tree.path("usage");
        return new Usage(
                number(usage, "prompt_tokens", "input_tokens"),
                number(usage, "completion_tokens", "output_tokens"),
                detail(usage, "prompt_tokens_details", "input_tokens_details", "cached_tokens"),
                detail(usage, "completion_tokens_details", "output_tokens_details", "reasoning_tokens"));
    }

    private static long number(JsonNode usage, String chat, String responses) {
        return usage.path(chat).asLong(usage.path(responses).asLong());
    }

    private static long detail(JsonNode usage, String chat, String responses, String member) {
        return usage.path(chat)
                .path(member)
                .asLong(usage.path(responses).path(member).asLong());
    }
}
