package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What the model thought. The thoughts themselves are shown when they are over, unless the caller asked for the events
 * that only OpenAI knows; a summary of them is shown as it comes.
 */
final class OpenReasoning extends OpenItem {
    /** A text that is open. */
    private final class Part {
        private final String type;
        private final String events;
        private final String place;
        private final GrowingText text = new GrowingText();

        /** @param events what the names of its events begin with, empty where they are not shown */
        Part(String type, String events, String place) {
            this.type = type;
            this.events = events;
            this.place = place() + place;
        }

        void add(String piece) {
            delta(text.add(piece));
        }

        private void delta(String piece) {
            if (!events.isEmpty() && !piece.isEmpty()) {
                events().text(events + ".delta", place, "delta", piece, "");
            }
        }

        ObjectNode tree() {
            return NODES.objectNode().put("type", type).put("text", text.toString());
        }

        ObjectNode close(String partDone) {
            delta(text.end());
            var whole = tree();
            if (!events.isEmpty()) {
                events().text(events + ".done", place, "text", text.toString(), "");
                events().tree(partDone, place, "part", whole);
            }
            return whole;
        }
    }

    private final boolean raw;
    private final ArrayNode content = NODES.arrayNode();
    private final ArrayNode summary = NODES.arrayNode();
    private @Nullable Part thought;
    private @Nullable Part summed;
    private int summedAs;
    private @Nullable String encrypted;
    private final SignedThoughts signed;

    /**
     * @param raw thoughts are shown as they come
     * @param signed what of them the backend wants to see again, which may still grow
     */
    OpenReasoning(String id, boolean raw, SignedThoughts signed, ItemEvents events) {
        super("reasoning", id, events);
        this.raw = raw;
        this.signed = signed;
    }

    void text(String piece) {
        var part = thought;
        if (part == null) {
            part = new Part("reasoning_text", raw ? "response.reasoning_text" : "", ",\"content_index\":0");
            thought = part;
            if (raw) {
                events().tree("response.content_part.added", part.place, "part", part.tree());
            }
        }
        part.add(piece);
    }

    /** @param number tells one part of the summary from the next */
    void summary(int number, String piece) {
        var part = summed;
        if (part == null || number != summedAs) {
            closeSummary();
            part = new Part("summary_text", "response.reasoning_summary_text", ",\"summary_index\":" + summary.size());
            summed = part;
            summedAs = number;
            events().tree("response.reasoning_summary_part.added", part.place, "part", part.tree());
        }
        part.add(piece);
    }

    /**
     * All of it, as the backend has it at its end. What was taken for thoughts may have been a summary of them; where it was
     * shown as it came, it stays.
     */
    void completed(ObjectNode item) {
        encrypted = item.path("encrypted_content").textValue();
        if (summed == null && summary.isEmpty()) {
            var number = 0;
            for (var part : item.path("summary")) {
                summary(number++, part.path("text").asText(""));
            }
        }
        if (!raw) {
            thought = null;
            for (var part : item.path("content")) {
                content.addObject()
                        .put("type", part.path("type").asText("reasoning_text"))
                        .put("text", GrowingText.sound(part.path("text").asText("")));
            }
        }
    }

    /** What is shown of the thoughts so far. */
    String shown() {
        return thought == null ? "" : thought.text.toString();
    }

    private void closeSummary() {
        if (summed != null) {
            summary.add(summed.close("response.reasoning_summary_part.done"));
            summed = null;
        }
    }

    @Override
    void closeParts(Status status) {
        closeSummary();
        if (thought != null) {
            content.add(thought.close("response.content_part.done"));
            thought = null;
        }
    }

    @Override
    void describe(ObjectNode tree) {
        tree.set("summary", summary);
        tree.set("content", content);
        var kept = encrypted == null ? signed.text() : encrypted;
        if (kept != null) {
            tree.put("encrypted_content", kept);
        }
    }
}
