package io.dromedary.backend.dialect.blocks;

import static io.dromedary.api.json.JsonText.quote;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
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
final class BlockChunks {
    private final Target target;
    private final boolean usageWanted;
    private final String id;
    private final long created;
    private String tier = "";
    private boolean opened;

    BlockChunks(Target target, boolean usageWanted, Ids ids, InstantSource clock) {
        this.target = target;
        this.usageWanted = usageWanted;
        this.id = ids.next("chatcmpl-");
        this.created = clock.instant().getEpochSecond();
    }

    /** The backend's own word for the tier that served it. */
    void tier(String word) {
        tier = word;
    }

    /** A whole answer, or the beginning of a chunk. */
    ObjectNode head(String object) {
        var head = Json.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", target.model().value());
        var served = served();
        return served == null ? head : head.put("service_tier", served);
    }

    private @Nullable String served() {
        return target.tier() == null ? null : target.tier().reported(tier);
    }

    void content(String text, ByteArrayBuilder out) {
        delta("\"content\":" + quote(text), out);
    }

    void refusal(String text, ByteArrayBuilder out) {
        delta("\"refusal\":" + quote(text), out);
    }

    void reasoning(String text, ByteArrayBuilder out) {
        delta("\"reasoning_content\":" + quote(text), out);
    }

    /** A block of thinking that is over. */
    void details(ObjectNode detail, ByteArrayBuilder out) {
        delta("\"reasoning_details\":[" + detail + "]", out);
    }

    /** The beginning of a call. */
    void call(int ordinal, String callId, String name, ByteArrayBuilder out) {
        delta(
                (opened ? "" : "\"content\":null,") + "\"tool_calls\":[{\"index\":" + ordinal + ",\"id\":"
                        + quote(callId) + ",\"type\":\"function\",\"function\":{\"name\":" + quote(name)
                        + ",\"arguments\":\"\"}}]",
                out);
    }

    void arguments(int ordinal, String piece, ByteArrayBuilder out) {
        delta("\"tool_calls\":[{\"index\":" + ordinal + ",\"function\":{\"arguments\":" + quote(piece) + "}}]", out);
    }

    void finish(String reason, ByteArrayBuilder out) {
        if (!opened) {
            content("", out);
        }
        write("{}", quote(reason), out);
    }

    /** What follows the last chunk. Usage that nobody counted cannot be sent. */
    void end(@Nullable ObjectNode usage, ByteArrayBuilder out) {
        if (usageWanted && usage != null) {
            var chunk = head("chat.completion.chunk");
            chunk.putArray("choices");
            chunk.set("usage", usage);
            frame(Json.bytes(chunk), out);
        }
        frame("[DONE]".getBytes(StandardCharsets.US_ASCII), out);
    }

    private void delta(String members, ByteArrayBuilder out) {
        var delta = opened ? "{" + members + "}" : "{\"role\":\"assistant\"," + members + "}";
        opened = true;
        write(delta, "null", out);
    }

    private void write(String delta, String reason, ByteArrayBuilder out) {
        var served = served();
        var chunk = "{\"id\":" + quote(id) + ",\"object\":\"chat.completion.chunk\",\"created\":" + created
                + ",\"model\":" + quote(target.model().value())
                + (served == null ? "" : ",\"service_tier\":" + quote(served))
                + ",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + reason
                + "}]" + (usageWanted ? ",\"usage\":null}" : "}");
        frame(chunk.getBytes(StandardCharsets.UTF_8), out);
    }

    private static void frame(byte[] data, ByteArrayBuilder out) {
        out.write("data: ".getBytes(StandardCharsets.US_ASCII));
        out.write(data);
        out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * Usage as OpenAI's clients look it up.
     *
     * @param written tokens of the prompt that went into a cache
     */
    static ObjectNode usage(Usage usage, long written) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.completion())
                .put("total_tokens", usage.total());
        var prompt = json.putObject("prompt_tokens_details").put("cached_tokens", usage.cached());
        if (written > 0) {
            prompt.put("cache_write_tokens", written);
        }
        json.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoning());
        return json;
    }
}
