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
 * Makes one answer of several choices out of several answers of one: each choice gets the number of its answer, and
 * usage is the sum, because that is what was consumed. An instance merges streams; a whole answer needs none.
 */
final class MergedChoices {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final @Nullable JsonNode[] usages;
    private @Nullable ObjectNode first;
    private @Nullable ObjectNode usageChunk;
    private boolean readable = true;

    /** @param streams how many there are to merge */
    MergedChoices(int streams) {
        this.usages = new JsonNode[streams];
    }

    /** Whole answers as one, with the first's id and other members; null where one of them cannot be read. */
    static byte @Nullable [] whole(List<byte[]> answers) {
        ObjectNode merged = null;
        var choices = Json.MAPPER.createArrayNode();
        var usage = Json.MAPPER.createObjectNode();
        for (var i = 0; i < answers.size(); i++) {
            if (!(Json.read(answers.get(i)) instanceof ObjectNode answer)) {
                return null;
            }
            number(answer, i);
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
        number(chunk, stream);
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

    private static void number(ObjectNode answer, int choice) {
        for (var one : answer.path("choices")) {
            if (one instanceof ObjectNode object) {
                object.put("index", choice);
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
