package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One {@code chat.completion} out of the chunks of a stream, for a caller who wants the answer whole. Texts and lists are
 * what their pieces say one after the other; id, time and model are the first chunk's; of everything else the last that
 * is not null counts, usage among it. Numbers keep their text as written.
 *
 * <p>A choice whose first delta has the gateway's own {@code response_items} is of an answer whose pieces have an order that
 * a message cannot say: the message then has all of them once more in {@code response_pieces}, each with its {@code delta}
 * and its {@code logprobs}.
 */
public final class AssembledCompletion {
    private final Map<String, JsonNode> top = new LinkedHashMap<>();
    private final SortedMap<Long, AssembledChoice> choices = new TreeMap<>();

    /** Adds the data of one event. What is no JSON object is passed over. */
    public void add(byte[] buffer, int offset, int length) {
        var chunk = ChunkTree.read(buffer, offset, length);
        if (chunk != null) {
            add(chunk);
        }
    }

    /** Adds a chunk, which is not to be used afterwards. */
    void add(ObjectNode chunk) {
        for (var member : chunk.properties()) {
            if (!member.getValue().isNull()) {
                add(member.getKey(), member.getValue());
            }
        }
    }

    private void add(String name, JsonNode value) {
        switch (name) {
            case "id", "created", "model" -> top.putIfAbsent(name, value);
            case "choices" -> choices(value);
            // padding, of use to nobody but who watches the line
            case "object", "obfuscation" -> {}
            default -> top.put(name, value);
        }
    }

    private void choices(JsonNode list) {
        for (var element : list) {
            if (element instanceof ObjectNode choice) {
                choices.computeIfAbsent(ChunkTree.integer(choice.path("index"), 0), AssembledChoice::new)
                        .add(choice);
            }
        }
    }

    /** At least one choice was seen, and every one that was has a finish reason. */
    public boolean complete() {
        return !choices.isEmpty() && choices.values().stream().allMatch(AssembledChoice::finished);
    }

    /** The answer as far as it came. A choice without a finish reason has null for it. */
    public byte[] toBytes() {
        var whole = ChunkTree.NODES.objectNode();
        put(whole, "id");
        whole.put("object", "chat.completion");
        put(whole, "created");
        put(whole, "model");
        var list = whole.putArray("choices");
        choices.values().forEach(choice -> list.add(choice.whole()));
        top.forEach(whole::putIfAbsent);
        return ChunkTree.bytes(whole);
    }

    private void put(ObjectNode whole, String name) {
        var value = top.get(name);
        if (value != null) {
            whole.set(name, value);
        }
    }

    /** In the order of their indexes. */
    Collection<AssembledChoice> choices() {
        return Collections.unmodifiableCollection(choices.values());
    }

    /** A member beside the choices, or a missing node. */
    JsonNode top(String name) {
        return top.getOrDefault(name, ChunkTree.NODES.missingNode());
    }
}
