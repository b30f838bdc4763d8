package io.dromedary.backend;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.sse.SseFrame;
import io.dromedary.api.sse.SseParser;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one answer out of those of several calls: each choice gets the number that it has among all of them, and usage is
 * the sum, because that is what was consumed. An instance merges streams; a whole answer needs none.
 */
final class MergedChoices {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final List<SingleCall> calls;
    private final @Nullable JsonNode[] usages;
    private @Nullable ObjectNode first;
    private @Nullable ObjectNode usageChunk;
    private boolean readable = true;

    /** @param calls whose streams there are to merge */
    MergedChoices(List<SingleCall> calls) {
        this.calls = calls;
        this.usages = new JsonNode[calls.size()];
    }

    /** Whole answers as one, with the first's id and other members; null where one of them cannot be read. */
    static byte @Nullable [] whole(List<byte[]> answers, List<SingleCall> calls) {
        ObjectNode merged = null;
        var choices = Json.MAPPER.createArrayNode();
        var usage = Json.MAPPER.createObjectNode();
        for (var i = 0; i < answers.size(); i++) {
            if (!(Json.read(answers.get(i)) instanceof ObjectNode answer)) {
                return null;
            }
            number(answer, calls.get(i));
            answer.path("choices").forEach(choices::add);
            UsageSum.add(usage, answer.path("usage"));
            merged = merged == null ? answer : merged;
        }
        if (merged == null) {
            return null;
        }
        merged.set("choices", choices);
        if (!usage.isEmpty()) {
            merged.set("usage", usage);
        }
        return Json.bytes(merged);
    }

    /**
     * Takes some of a stream.
     *
     * @param events whole events, framed
     * @param out gets them, framed, as events of the merged stream
     * @return false when one cannot be read
     */
    boolean add(int stream, byte[] events, ByteArrayBuilder out) {
        new SseParser(Integer.MAX_VALUE).feed(events, 0, events.length, (buffer, offset, length) -> {
            if (!Arrays.equals(buffer, offset, offset + length, DONE, 0, DONE.length)) {
                event(stream, Json.read(buffer, offset, length), out);
            }
        });
        return readable;
    }

    private void event(int stream, @Nullable JsonNode event, ByteArrayBuilder out) {
        if (!(event instanceof ObjectNode chunk)) {
            readable = false;
            return;
        }
        name(chunk);
        if (chunk.get("usage") instanceof ObjectNode usage) {
            usages[stream] = usage;
            chunk.putNull("usage");
            if (chunk.path("choices").isEmpty()) {
                usageChunk = chunk;
                return;
            }
        }
        number(chunk, calls.get(stream));
        out.write(SseFrame.of(Json.bytes(chunk)));
    }

    /** One answer has one id and one time: those of the stream that began first. */
    private void name(ObjectNode chunk) {
        if (first == null) {
            first = chunk;
            return;
        }
        for (var member : List.of("id", "created")) {
            var value = first.get(member);
            if (value != null) {
                chunk.set(member, value);
            }
        }
    }

    private static void number(ObjectNode answer, SingleCall call) {
        for (var one : answer.path("choices")) {
            if (one instanceof ObjectNode object) {
                // whatever it says, it is one of that call's
                var own = Math.clamp(object.path("index").asInt(), 0, call.choices() - 1);
                object.put("index", call.first() + own);
            }
        }
    }

    /** Every stream has ended well: writes the usage, when they reported any, and the end. */
    void end(ByteArrayBuilder out) {
        if (usageChunk != null) {
            var usage = usageChunk.putObject("usage");
            for (var one : usages) {
                if (one != null) {
                    UsageSum.add(usage, one);
                }
            }
            out.write(SseFrame.of(Json.bytes(usageChunk)));
        }
        out.write(SseFrame.done());
    }
}
