package io.dromedary.api.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.api.json.JsonText;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Told of everything that becomes of an item. */
sealed interface ItemEvents {
    /** For an answer that nobody follows while it comes. */
    ItemEvents NONE = new None();

    /** Of an item as a whole: {@code response.output_item.added} or {@code done}. */
    void item(String type, int index, ObjectNode item);

    /**
     * Of a place in an item, with a value.
     *
     * @param place members that say where, each with a comma before it
     */
    void tree(String type, String place, String name, JsonNode value);

    /**
     * Of a place in an item, with a text.
     *
     * @param place members that say where, each with a comma before it
     * @param more members that come last, each with a comma before it
     */
    void text(String type, String place, String name, CharSequence text, String more);

    /** Lets it pass. */
    record None() implements ItemEvents {
        @Override
        public void item(String type, int index, ObjectNode item) {}

        @Override
        public void tree(String type, String place, String name, JsonNode value) {}

        @Override
        public void text(String type, String place, String name, CharSequence text, String more) {}
    }

    /** Writes it down as server-sent events, numbered from 0 without a gap. */
    final class Frames implements ItemEvents {
        private static final byte[] NOTHING = {};
        private static final int KEPT = 1 << 16;

        private StringBuilder out = new StringBuilder(1024);
        private int next;

        @Override
        public void item(String type, int index, ObjectNode item) {
            begin(type)
                    .append(",\"output_index\":")
                    .append(index)
                    .append(",\"item\":")
                    .append(json(item));
            end();
        }

        @Override
        public void tree(String type, String place, String name, JsonNode value) {
            begin(type).append(place).append(",\"").append(name).append("\":").append(json(value));
            end();
        }

        @Override
        public void text(String type, String place, String name, CharSequence text, String more) {
            begin(type).append(place).append(",\"").append(name).append("\":");
            JsonText.quote(out, text).append(more);
            end();
        }

        /** Of the response as a whole, e.g. {@code response.created}. */
        void response(String type, ObjectNode response) {
            begin(type).append(",\"response\":").append(json(response));
            end();
        }

        private StringBuilder begin(String type) {
            return out.append("event: ")
                    .append(type)
                    .append("\ndata: {\"type\":\"")
                    .append(type)
                    .append("\",\"sequence_number\":")
                    .append(next++);
        }

        private void end() {
            out.append("}\n\n");
        }

        /** Number of the next event. */
        int next() {
            return next;
        }

        /** Numbers go on from here again, for an event that is written in place of another. */
        void next(int number) {
            next = number;
        }

        /** What was written since it was taken before, in UTF-8. */
        byte[] take() {
            if (out.isEmpty()) {
                return NOTHING;
            }
            var frames = out.toString().getBytes(StandardCharsets.UTF_8);
            if (out.capacity() > KEPT) {
                out = new StringBuilder(1024);
            } else {
                out.setLength(0);
            }
            return frames;
        }
    }

    /** On one line. */
    static String json(JsonNode tree) {
        try {
            return Json.MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
