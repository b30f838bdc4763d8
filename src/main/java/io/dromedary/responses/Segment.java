package io.dromedary.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.dromedary.api.json.Json;
import io.dromedary.store.Codec;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Events of a stream that were sent one after the other, on their shelf as {@code {"v":1,"first":…,"count":…,"end":…,
 * "events":…}}, with {@code "by":…} where an attempt begins.
 *
 * @param first sequence number of the first
 * @param end the last one of them is the last of the stream
 * @param events as they were sent, each with its blank line
 * @param by the attempt that begins here, whose segments follow; what came before is of others. Null in the middle of one.
 *     No two are the same, so that nobody takes another's segment for its own
 */
record Segment(
        int first,
        int count,
        boolean end,
        String events,
        @Nullable String by) {
    Segment(int first, int count, boolean end, String events) {
        this(first, count, end, events, null);
    }

    /** Nothing, for where it matters only that something is there. */
    static final Segment MARK = new Segment(0, 0, false, "");

    static final Codec<Segment> CODEC = new Codec<>() {
        @Override
        public String encode(Segment segment) {
            var tree = Json.MAPPER
                    .createObjectNode()
                    .put("v", VERSION)
                    .put("first", segment.first())
                    .put("count", segment.count())
                    .put("end", segment.end())
                    .put("events", segment.events());
            if (segment.by() != null) {
                tree.put("by", segment.by());
            }
            try {
                return Json.MAPPER.writeValueAsString(tree);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        public Segment decode(String text) {
            try {
                var tree = Json.MAPPER.readTree(text);
                if (tree.path("v").asInt() != VERSION || !tree.path("events").isTextual()) {
                    throw new IllegalArgumentException("no events of a known version");
                }
                return new Segment(
                        tree.path("first").asInt(),
                        tree.path("count").asInt(),
                        tree.path("end").asBoolean(),
                        tree.path("events").textValue(),
                        tree.path("by").textValue());
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("no events: " + e.getOriginalMessage(), e);
            }
        }
    };

    private static final int VERSION = 1;
    private static final String BLANK_LINE = "\n\n";

    /** The sequence number of what comes after it. */
    int next() {
        return first + count;
    }

    /** The events from a sequence number on; none where it is after all of them. */
    byte[] from(int sequence) {
        if (sequence >= next()) {
            return new byte[0];
        }
        var at = 0;
        for (var skip = sequence - first; skip > 0; skip--) {
            at = events.indexOf(BLANK_LINE, at) + BLANK_LINE.length();
        }
        return events.substring(at).getBytes(StandardCharsets.UTF_8);
    }
}
