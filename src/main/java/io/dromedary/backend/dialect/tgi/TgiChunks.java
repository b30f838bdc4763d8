package io.dromedary.backend.dialect.tgi;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Target;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of one streamed answer as OpenAI does: one id and one time for all, the role in the first delta only,
 * the finish reason in a chunk of its own, {@code usage} in every chunk when it was asked for and in none otherwise.
 */
final class TgiChunks {
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ObjectNode head = Json.MAPPER.createObjectNode();
    private final InstantSource clock;
    private final boolean usageWanted;
    private boolean opened;

    TgiChunks(Target target, boolean usageWanted, Ids ids, InstantSource clock) {
        this.clock = clock;
        this.usageWanted = usageWanted;
        head.put("id", ids.next("chatcmpl-"))
                .put("object", "chat.completion.chunk")
                .putNull("created");
        describe(target, head);
    }

    /** Takes over what the first chunk of the upstream says about the answer as a whole. */
    void describe(JsonNode chunk) {
        if (head.path("created").isNull()) {
            head.put("created", created(chunk, clock));
            if (chunk.path("system_fingerprint").isTextual()) {
                head.set("system_fingerprint", chunk.path("system_fingerprint"));
            }
        }
    }

    /** Who answers, and how the call was served. */
    static void describe(Target target, ObjectNode answer) {
        answer.put("model", target.model().value());
        if (target.tier() != null) {
            answer.put("service_tier", target.tier().reported());
        }
    }

    /** When the answer was made, in seconds. */
    static long created(JsonNode answer, InstantSource clock) {
        var created = answer.path("created").asLong();
        return created > 0 ? created : clock.instant().getEpochSecond();
    }

    void content(String text, @Nullable ArrayNode tokens, ByteArrayBuilder out) {
        var delta = delta();
        delta.put("content", text);
        write(opened(delta), tokens, null, out);
    }

    /** The beginning of the answer's one tool call. */
    void call(String id, String name, String arguments, @Nullable ArrayNode tokens, ByteArrayBuilder out) {
        var delta = delta();
        if (!opened) {
            delta.putNull("content");
        }
        var call = delta.putArray("tool_calls").addObject();
        call.put("index", 0).put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
        write(opened(delta), tokens, null, out);
    }

    void arguments(String arguments, @Nullable ArrayNode tokens, ByteArrayBuilder out) {
        var delta = delta();
        var call = delta.putArray("tool_calls").addObject().put("index", 0);
        call.putObject("function").put("arguments", arguments);
        write(delta, tokens, null, out);
    }

    void finish(String reason, @Nullable ArrayNode tokens, ByteArrayBuilder out) {
        if (!opened) {
            content("", null, out);
        }
        write(delta(), tokens, reason, out);
    }

    /** What follows the last chunk. Usage that nobody counted cannot be sent. */
    void end(@Nullable Usage usage, ByteArrayBuilder out) {
        if (usageWanted && usage != null) {
            var chunk = head.deepCopy();
            chunk.putArray("choices");
            chunk.set("usage", TgiTerms.json(usage));
            write(chunk, out);
        }
        out.write(DONE);
    }

    private ObjectNode delta() {
        var delta = Json.MAPPER.createObjectNode();
        return opened ? delta : delta.put("role", "assistant");
    }

    private ObjectNode opened(ObjectNode delta) {
        if (!opened) {
            opened = true;
            delta.putNull("refusal");
        }
        return delta;
    }

    private void write(ObjectNode delta, @Nullable ArrayNode tokens, @Nullable String reason, ByteArrayBuilder out) {
        describe(head);
        var chunk = head.deepCopy();
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.set("logprobs", TgiTerms.logprobs(tokens));
        choice.put("finish_reason", reason);
        if (usageWanted) {
            chunk.putNull("usage");
        }
        write(chunk, out);
    }

    private static void write(ObjectNode chunk, ByteArrayBuilder out) {
        out.write(DATA);
        out.write(Json.bytes(chunk));
        out.write(END);
    }
}
