package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Items as chat messages. What one answer consists of, its reasoning, text and calls, is one message of the assistant's.
 * Outputs follow their calls at once, as chat backends want it, also where the user said something in between.
 */
final class ChatMessages {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final List<ObjectNode> items;
    private final CallPairs pairs;

    /** How many of the items are from earlier turns. */
    private final int earlier;

    private final ArrayNode messages = JSON.arrayNode();
    private AssistantMessage answer = new AssistantMessage();
    private final Set<Integer> calls = new LinkedHashSet<>();

    private ChatMessages(List<ObjectNode> items, int earlier) {
        this.items = items;
        this.pairs = CallPairs.of(items);
        this.earlier = earlier;
    }

    /**
     * Translates.
     *
     * @param instructions stand first, as what the system says; null for none
     * @param items history, then input
     * @param earlier how many of them are history; refusals count from there
     */
    static ArrayNode of(@Nullable String instructions, List<ObjectNode> items, int earlier) {
        var chat = new ChatMessages(items, earlier);
        if (instructions != null && !instructions.isEmpty()) {
            chat.messages.addObject().put("role", "system").put("content", instructions);
        }
        for (var i = 0; i < items.size(); i++) {
            chat.item(i);
        }
        chat.endAnswer();
        return chat.messages;
    }

    private void item(int position) {
        var item = items.get(position);
        switch (ItemType.of(item)) {
            case ItemType.FUNCTION_CALL, ItemType.CUSTOM_CALL -> {
                answer.call(item);
                calls.add(position);
            }
            case ItemType.REASONING -> answer.reasoning(item);
            case ItemType.FUNCTION_CALL_OUTPUT, ItemType.CUSTOM_CALL_OUTPUT -> output(position);
            case ItemType.REFERENCE ->
                throw Faults.at(
                        place(position), null, "Item '" + item.path("id").asText() + "' not found.");
            case ItemType.COMPACTION ->
                throw Faults.at(place(position), null, "Invalid '%s': this compaction item cannot be opened.");
            case ItemType.MESSAGE -> message(position);
            // of a hosted tool: what the model made of it is in what it said next
            default -> {}
        }
    }

    private void message(int position) {
        var item = items.get(position);
        if (!ItemType.role(item).equals("assistant")) {
            endAnswer();
            messages.addObject()
                    .put("role", ItemType.role(item))
                    .set("content", ChatParts.content(item.path("content"), place(position) + ".content"));
            return;
        }
        if (answer.saidAll()) {
            var ahead = answer.takeAhead();
            endAnswer();
            answer = ahead;
        }
        answer.message(item.path("content"), place(position) + ".content");
    }

    /** One whose call has been written is written already. */
    private void output(int position) {
        var call = pairs.callOf(position);
        if (call < 0) {
            endAnswer();
            outputs(List.of(position));
        } else if (calls.contains(call)) {
            endAnswer();
        }
    }

    private void endAnswer() {
        if (!answer.isEmpty()) {
            messages.add(answer.toChat());
            answer = new AssistantMessage();
        }
        List<Integer> outputs = new ArrayList<>();
        for (var call : calls) {
            outputs.addAll(pairs.outputsOf(call));
        }
        calls.clear();
        outputs(outputs);
    }

    /** A tool's message has only text: what else its output has follows in a message of the user's. */
    private void outputs(List<Integer> positions) {
        var beside = JSON.arrayNode();
        for (var position : positions) {
            var item = items.get(position);
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", item.path("call_id").asText())
                    .set("content", text(position, beside));
        }
        if (!beside.isEmpty()) {
            messages.addObject().put("role", "user").set("content", beside);
        }
    }

    private JsonNode text(int position, ArrayNode beside) {
        var item = items.get(position);
        var output = item.path("output");
        var text = JSON.arrayNode();
        var others = JSON.arrayNode();
        for (var i = 0; i < output.size(); i++) {
            (ChatParts.isText(output.path(i)) ? text : others)
                    .add(ChatParts.part(output.path(i), place(position) + ".output[" + i + "]"));
        }
        if (others.isEmpty()) {
            return output.isArray() ? ChatParts.plain(text) : JSON.textNode(output.asText(""));
        }
        beside.add(
                ChatParts.text("Output of the tool call " + item.path("call_id").asText() + ":"));
        beside.addAll(others);
        if (text.isEmpty()) {
            text.add(ChatParts.text("See the next message of the user for the output."));
        }
        return ChatParts.plain(text);
    }

    private String place(int position) {
        return position < earlier ? "input" : "input[" + (position - earlier) + "]";
    }
}
