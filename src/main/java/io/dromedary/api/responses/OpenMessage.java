package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A message of the model's, its parts one after the other: text, and where the model refuses, a refusal. */
final class OpenMessage extends OpenItem {
    private static final String NO_LOGPROBS = ",\"logprobs\":[]";

    /** A part that is open. */
    private final class Part {
        private final String type;
        private final String member;
        private final String place;
        private final GrowingText text = new GrowingText();
        private final ArrayNode annotations = NODES.arrayNode();
        private final ArrayNode logprobs = NODES.arrayNode();

        Part(String type, String member) {
            this.type = type;
            this.member = member;
            this.place = place() + ",\"content_index\":" + content.size();
            events().tree("response.content_part.added", place, "part", tree());
        }

        boolean isText() {
            return type.equals("output_text");
        }

        void delta(String piece) {
            if (piece.isEmpty()) {
                return;
            }
            events().text("response." + type + ".delta", place, "delta", piece, isText() ? sent(unsent) : "");
            unsent.removeAll();
        }

        void close() {
            delta(text.end());
            events().text("response." + type + ".done", place, member, text.toString(), isText() ? sent(logprobs) : "");
            var whole = tree();
            events().tree("response.content_part.done", place, "part", whole);
            content.add(whole);
        }

        private ObjectNode tree() {
            var tree = NODES.objectNode().put("type", type).put(member, text.toString());
            if (isText()) {
                tree.set("annotations", annotations);
                tree.set("logprobs", logprobs);
            }
            return tree;
        }
    }

    private final ArrayNode content = NODES.arrayNode();
    private final ArrayNode unsent = NODES.arrayNode();
    private @Nullable Part open;
    private @Nullable String phase;

    OpenMessage(String id, ItemEvents events) {
        super("message", id, events);
    }

    /** What part it has in the answer, in the backend's word; shown when it is over. */
    void phase(String word) {
        phase = word;
    }

    /** @param logprobs of its tokens, none where nobody asked */
    void text(String piece, ArrayNode logprobs) {
        if (piece.isEmpty() && (logprobs.isEmpty() || open == null || !open.isText())) {
            return;
        }
        var part = textPart();
        part.logprobs.addAll(logprobs);
        unsent.addAll(logprobs);
        part.delta(part.text.add(piece));
    }

    void refusal(String piece) {
        var part = open;
        if (part == null || part.isText()) {
            part = opened("refusal", "refusal");
        }
        part.delta(part.text.add(piece));
    }

    void annotation(ObjectNode annotation) {
        var part = textPart();
        events().tree(
                        "response.output_text.annotation.added",
                        part.place + ",\"annotation_index\":" + part.annotations.size(),
                        "annotation",
                        annotation);
        part.annotations.add(annotation);
    }

    private Part textPart() {
        var part = open;
        return part != null && part.isText() ? part : opened("output_text", "text");
    }

    private Part opened(String type, String member) {
        closePart();
        var part = new Part(type, member);
        open = part;
        return part;
    }

    private void closePart() {
        if (open != null) {
            open.close();
            open = null;
            unsent.removeAll();
        }
    }

    /** One that says nothing has one part that says nothing. */
    @Override
    void closeParts(Status status) {
        if (open == null && content.isEmpty()) {
            textPart();
        }
        closePart();
    }

    @Override
    void describe(ObjectNode tree) {
        tree.put("role", "assistant").set("content", content);
        if (phase != null) {
            tree.put("phase", phase);
        }
    }

    private static String sent(ArrayNode logprobs) {
        return logprobs.isEmpty() ? NO_LOGPROBS : ",\"logprobs\":" + ItemEvents.json(logprobs);
    }
}
