package io.dromedary.backend.dialect.responses;

import static io.dromedary.backend.dialect.responses.Terms.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.json.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * Output items as pieces of one chat message, as they come. Of several messages in one answer, and of several pieces of
 * reasoning, each is a paragraph, but for callers who are told where each of them ends. An item that is over is held against what was sent of it, so that nothing is lost where
 * a backend leaves deltas out.
 */
final class OutputItems {
    private static final String PARAGRAPH = "\n\n";
    private static final String INPUT = "input";

    private final ResponsesChunks chunks;
    private final boolean nativeForm;
    private final Ids ids;
    private final Map<Integer, SentItem> items = new HashMap<>();
    private final Map<Integer, String> reasoningKinds = new HashMap<>();
    private int calls;
    private int pieces;
    private long contentLength;
    private boolean reasoned;
    private boolean begun;

    /** @param nativeForm the caller can be given items that chat has no words for */
    OutputItems(ResponsesChunks chunks, boolean nativeForm, Ids ids) {
        this.chunks = chunks;
        this.nativeForm = nativeForm;
        this.ids = ids;
    }

    /** Something was written. */
    boolean begun() {
        return begun;
    }

    /** How many pieces of text and of tool calls were written. */
    int pieces() {
        return pieces;
    }

    boolean hasCalls() {
        return calls > 0;
    }

    void added(int index, JsonNode item, ByteArrayBuilder out) {
        if (isCall(item)) {
            begin(at(index), item, out);
        }
    }

    private SentItem at(int index) {
        return items.computeIfAbsent(index, any -> new SentItem());
    }

    private static boolean isCall(JsonNode item) {
        var type = text(item, "type");
        return type.equals("function_call") || type.equals("custom_tool_call");
    }

    /** Writes a call without its input, once its name is known. */
    private void begin(SentItem item, JsonNode call, ByteArrayBuilder out) {
        var name = text(call, "name");
        if (item.call >= 0 || name.isEmpty()) {
            return;
        }
        item.call = calls++;
        var id = text(call, "call_id").isEmpty() ? text(call, "id") : text(call, "call_id");
        var custom = text(call, "type").equals("custom_tool_call");
        var piece = Json.MAPPER.createObjectNode();
        var begun = piece.putArray("tool_calls")
                .addObject()
                .put("index", item.call)
                .put("id", id.isEmpty() ? ids.next("call_") : id)
                .put("type", custom ? "custom" : "function");
        begun.putObject(custom ? "custom" : "function").put("name", name).put(custom ? "input" : "arguments", "");
        write(piece, out);
    }

    /** @param custom the input is free text, not JSON */
    void input(int index, String piece, boolean custom, ByteArrayBuilder out) {
        var item = at(index);
        if (item.call < 0 || piece.isEmpty()) {
            return;
        }
        item.sent(INPUT, piece);
        var delta = Json.MAPPER.createObjectNode();
        delta.putArray("tool_calls")
                .addObject()
                .put("index", item.call)
                .putObject(custom ? "custom" : "function")
                .put(custom ? "input" : "arguments", piece);
        write(delta, out);
    }

    /** @param logprobs of the text, perhaps missing */
    void content(int index, int part, String piece, JsonNode logprobs, ByteArrayBuilder out) {
        var item = at(index);
        var key = "text " + part;
        var tokens = Terms.tokens(logprobs);
        if (piece.isEmpty() && tokens == null) {
            return;
        }
        var shown = contentLength > 0 && item.isSilent() ? PARAGRAPH + piece : piece;
        item.startsAfter(key, contentLength + shown.length() - piece.length());
        item.sent(key, piece);
        contentLength += shown.codePointCount(0, shown.length());
        if (tokens != null) {
            item.sentTokens(key);
        }
        begun = true;
        pieces++;
        chunks.piece(Json.MAPPER.createObjectNode().put("content", shown), tokens, out);
    }

    void refusal(int index, int part, String piece, ByteArrayBuilder out) {
        if (!piece.isEmpty()) {
            at(index).sent("refusal " + part, piece);
            write(Json.MAPPER.createObjectNode().put("refusal", piece), out);
        }
    }

    /** Chat knows citations of addresses alone; others are for callers who know all of them. */
    void annotation(int index, int part, JsonNode annotation, ByteArrayBuilder out) {
        if (!(annotation instanceof ObjectNode flat)
                || !nativeForm && !text(flat, "type").equals("url_citation")) {
            return;
        }
        var item = at(index);
        item.sent("annotations " + part, ".");
        var piece = Json.MAPPER.createObjectNode();
        piece.putArray("annotations").add(Terms.annotation(flat, item.startOf("text " + part, contentLength)));
        chunks.piece(piece, null, out);
    }

    /**
     * Reasoning, in the kind in which the item begins to tell it.
     *
     * @param kind a summary of it, or its text
     */
    void reasoning(int index, String kind, int part, String piece, ByteArrayBuilder out) {
        if (piece.isEmpty()
                || !reasoningKinds.computeIfAbsent(index, any -> kind).equals(kind)) {
            return;
        }
        var item = at(index);
        var key = kind + " " + part;
        // of a caller who is given the whole item, the next one begins afresh
        var goesOn = nativeForm ? !item.isSilent() : reasoned;
        var shown = goesOn && !item.hasBegun(key) ? PARAGRAPH + piece : piece;
        item.sent(key, piece);
        reasoned = true;
        write(Json.MAPPER.createObjectNode().put("reasoning_content", shown), out);
    }

    /** The item is over: writes what is still to be said of it. */
    void done(int index, JsonNode item, ByteArrayBuilder out) {
        var sent = at(index);
        if (sent.done || !item.isObject()) {
            return;
        }
        sent.done = true;
        switch (text(item, "type")) {
            case "message" -> message(index, sent, item, out);
            case "function_call", "custom_tool_call" -> {
                begin(sent, item, out);
                var custom = text(item, "type").equals("custom_tool_call");
                input(index, sent.rest(INPUT, text(item, custom ? "input" : "arguments")), custom, out);
            }
            case "reasoning" -> {
                reasoning(index, sent, item.path("content"), "text", out);
                reasoning(index, sent, item.path("summary"), "summary", out);
                if (!text(item, "encrypted_content").isEmpty()) {
                    whole(item, out);
                }
            }
            default -> whole(item, out);
        }
    }

    private void message(int index, SentItem sent, JsonNode item, ByteArrayBuilder out) {
        var parts = item.path("content");
        for (var i = 0; i < parts.size(); i++) {
            var part = parts.path(i);
            if (text(part, "type").equals("refusal")) {
                refusal(index, i, sent.rest("refusal " + i, text(part, "refusal")), out);
                continue;
            }
            var logprobs = sent.hasTokens("text " + i) ? Json.MAPPER.missingNode() : part.path("logprobs");
            content(index, i, sent.rest("text " + i, text(part, "text")), logprobs, out);
            var annotations = part.path("annotations");
            var told = annotations.size()
                    - sent.rest("annotations " + i, ".".repeat(annotations.size()))
                            .length();
            for (var j = told; j < annotations.size(); j++) {
                annotation(index, i, annotations.path(j), out);
            }
        }
        if (nativeForm) {
            // what it said was sent: this says that it ends here, and what part it had in the answer
            whole(((ObjectNode) item).deepCopy().without("content"), out);
            contentLength = 0;
        }
    }

    private void reasoning(int index, SentItem sent, JsonNode parts, String kind, ByteArrayBuilder out) {
        for (var i = 0; i < parts.size(); i++) {
            reasoning(index, kind, i, sent.rest(kind + " " + i, text(parts.path(i), "text")), out);
        }
    }

    /** An item that chat has no words for. */
    private void whole(JsonNode item, ByteArrayBuilder out) {
        if (nativeForm) {
            var piece = Json.MAPPER.createObjectNode();
            piece.putArray("response_items").add(item);
            begun = true;
            chunks.piece(piece, null, out);
        }
    }

    private void write(ObjectNode piece, ByteArrayBuilder out) {
        begun = true;
        pieces++;
        chunks.piece(piece, null, out);
    }
}
