package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseFrame;
import io.dromedary.backend.ServedTier;
import io.dromedary.backend.Target;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of one answer as OpenAI does: one id and one time for all, the role in the first delta only, the finish
 * reason in a chunk of its own, {@code usage} in every chunk when it is wanted and in none otherwise.
 */
final class ResponsesChunks {
    private final ObjectNode head = Json.MAPPER.createObjectNode();
    private final InstantSource clock;
    private final @Nullable ServedTier tier;
    private final boolean nativeForm;
    private boolean usageWanted;
    private boolean opened;

    /** @param nativeForm the caller can be given items that chat has no words for, in their order */
    ResponsesChunks(Target target, boolean usageWanted, boolean nativeForm, Ids ids, InstantSource clock) {
        this.nativeForm = nativeForm;
        this.clock = clock;
        this.tier = target.tier();
        this.usageWanted = usageWanted;
        head.put("id", ids.next("chatcmpl-"))
                .put("object", "chat.completion.chunk")
                .putNull("created")
                .put("model", target.model().value());
        if (tier != null) {
            head.put("service_tier", tier.reported());
        }
    }

    /** The answer is put together here, where usage always belongs. */
    void wantUsage() {
        usageWanted = true;
    }

    /** Takes over what a response object says about the answer as a whole. */
    void describe(JsonNode response) {
        var created = response.path("created_at").asLong();
        if (head.path("created").isNull() && created > 0) {
            head.put("created", created);
        }
        var reported = text(response, "service_tier");
        if (!reported.isEmpty()) {
            head.put("service_tier", tier == null ? reported : tier.reported(reported));
        }
    }

    /**
     * A piece of the answer.
     *
     * @param tokens of its text, or null
     */
    void piece(ObjectNode piece, @Nullable ArrayNode tokens, ByteArrayBuilder out) {
        write(opened ? piece : opening(piece), tokens, null, out);
    }

    private ObjectNode opening(ObjectNode piece) {
        opened = true;
        var delta = Json.MAPPER.createObjectNode().put("role", "assistant").putNull("content");
        delta.putNull("refusal");
        if (nativeForm) {
            delta.putArray("response_items");
        }
        delta.setAll(piece);
        return delta;
    }

    void finish(String reason, ByteArrayBuilder out) {
        if (!opened) {
            piece(Json.MAPPER.createObjectNode().put("content", ""), null, out);
        }
        write(Json.MAPPER.createObjectNode(), null, reason, out);
    }

    /** What follows the last chunk. */
    void end(ObjectNode usage, ByteArrayBuilder out) {
        if (usageWanted) {
            var chunk = chunk();
            chunk.putArray("choices");
            chunk.set("usage", usage);
            out.write(SseFrame.of(Json.bytes(chunk)));
        }
        out.write(SseFrame.done());
    }

    private void write(ObjectNode delta, @Nullable ArrayNode tokens, @Nullable String reason, ByteArrayBuilder out) {
        var chunk = chunk();
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        if (tokens == null) {
            choice.putNull("logprobs");
        } else {
            choice.putObject("logprobs").putNull("refusal").set("content", tokens);
        }
        choice.put("finish_reason", reason);
        if (usageWanted) {
            chunk.putNull("usage");
        }
        out.write(SseFrame.of(Json.bytes(chunk)));
    }

    private ObjectNode chunk() {
        if (head.path("created").isNull()) {
            head.put("created", clock.instant().getEpochSecond());
        }
        return head.deepCopy();
    }
}
