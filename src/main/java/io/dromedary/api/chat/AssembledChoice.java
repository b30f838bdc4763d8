package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One choice of an answer, put together from the choices of its chunks that have the same index. */
final class AssembledChoice {
    private final long index;
    private final MergedObject message = new MergedObject();
    private final MergedObject logprobs = new MergedObject();
    private final Map<String, JsonNode> others = new LinkedHashMap<>();
    private JsonNode finishReason = ChunkTree.NODES.nullNode();
    private boolean refusalNamed;

    /** What was said piece by piece, where the answer has things among it whose order counts. */
    private @Nullable ArrayNode pieces;

    AssembledChoice(long index) {
        this.index = index;
    }

    void add(ObjectNode choice) {
        if (pieces == null && choice.path("delta").has("response_items")) {
            pieces = ChunkTree.NODES.arrayNode();
        }
        if (pieces != null) {
            var piece = choice.deepCopy().retain("delta", "logprobs");
            if (!ChunkTree.saysNothing(piece)) {
                pieces.add(piece);
            }
        }
        for (var member : choice.properties()) {
            var value = member.getValue();
            if (!value.isNull()) {
                add(member.getKey(), value);
            }
        }
        refusalNamed |= choice.path("delta").has("refusal");
    }

    private void add(String name, JsonNode value) {
        switch (name) {
            case "index" -> {}
            // some servers repeat in each chunk the message as it is so far
            case "message" -> {}
            case "delta" -> message.add(value);
            case "logprobs" -> logprobs.add(value);
            case "finish_reason" -> finishReason = value;
            default -> others.merge(name, value, AssembledChoice::joined);
        }
    }

    private static JsonNode joined(JsonNode before, JsonNode next) {
        return before instanceof ArrayNode list && next instanceof ArrayNode more ? list.addAll(more) : next;
    }

    long index() {
        return index;
    }

    /** As far as it came. */
    MergedObject message() {
        return message;
    }

    boolean finished() {
        return !finishReason.isNull();
    }

    /** Another attempt's chunks can be held against it. */
    boolean comparable() {
        return message.comparable()
                && logprobs.comparable()
                && !message.members().containsKey("audio")
                && !message.members().containsKey("function_call")
                && others.values().stream().noneMatch(other -> other.isArray() && !other.isEmpty());
    }

    ObjectNode whole() {
        var choice = ChunkTree.NODES.objectNode();
        choice.set("index", ChunkTree.NODES.numberNode(index));
        choice.set("message", wholeMessage());
        choice.set("logprobs", wholeLogprobs());
        choice.set("finish_reason", finishReason);
        others.forEach(choice::set);
        return choice;
    }

    private ObjectNode wholeMessage() {
        var whole = ChunkTree.NODES.objectNode();
        whole.put("role", "assistant").putNull("content");
        if (refusalNamed) {
            whole.putNull("refusal");
        }
        whole.setAll(message.whole());
        if (whole.path("tool_calls").isArray() && whole.path("tool_calls").isEmpty()) {
            whole.remove("tool_calls");
        }
        if (pieces != null) {
            whole.set("response_pieces", pieces);
        }
        return whole;
    }

    private JsonNode wholeLogprobs() {
        if (logprobs.members().isEmpty()) {
            return ChunkTree.NODES.nullNode();
        }
        var whole = ChunkTree.NODES.objectNode();
        whole.putNull("content").putNull("refusal");
        whole.setAll(logprobs.whole());
        return whole;
    }
}
