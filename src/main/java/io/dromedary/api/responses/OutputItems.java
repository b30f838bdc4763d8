package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The items of one answer, in the order in which the model began them. Thoughts and messages end where something else
 * begins; calls may come side by side, and end with the answer.
 *
 * <p>White space alone begins nothing: it goes before the text that follows it, and is left out where a call follows, or
 * nothing. An answer that has nothing to show has a message with an empty text.
 *
 * <p>A backend that speaks the Responses API itself has items that chat has no words for. They come whole, each at its end.
 * A reasoning item stands for the thoughts before it, and a message without content for the text before it. Encrypted
 * reasoning is shown whether it was asked for or not: a later turn needs it, and what is kept is what was shown.
 *
 * <p>{@code max_tool_calls} and {@code parallel_tool_calls: false} are kept here: the calls that the model began first are
 * handed on, up to that number; what it says of others is left out as if it had never been said.
 */
final class OutputItems {
    private static final ArrayNode NO_LOGPROBS = JsonNodeFactory.instance.arrayNode();

    private final ItemIds ids;
    private final ItemEvents events;
    private final boolean raw;
    private final int firstIndex;
    private final boolean logprobsWanted;
    private final long mostCalls;

    private final List<OpenItem> items = new ArrayList<>();
    private final List<ComingCall> calls = new ArrayList<>();
    private final Map<Integer, ComingCall> callsByIndex = new HashMap<>();
    private final Set<String> callIds = new HashSet<>();
    private final Set<String> hostedIds = new HashSet<>();
    private final HeldBlank heldText = new HeldBlank();
    private final HeldBlank heldThought = new HeldBlank();
    private final ArrayNode heldLogprobs = JsonNodeFactory.instance.arrayNode();
    private SignedThoughts signed = new SignedThoughts();
    private @Nullable OpenReasoning reasoning;
    private @Nullable OpenMessage message;

    /** Thoughts come as {@code reasoning_content}, so that details which have their text, too, say it once more. */
    private boolean thoughtPlainly;

    /** What the model said last belongs to no item of the answer. */
    private boolean lastLeftOut;

    /**
     * None yet.
     *
     * @param raw thoughts are shown as they come, by events that only OpenAI knows
     * @param firstIndex {@code output_index} of the first one
     */
    OutputItems(ResponseRequest request, ItemIds ids, ItemEvents events, boolean raw, int firstIndex) {
        this.firstIndex = firstIndex;
        this.ids = ids;
        this.events = events;
        this.raw = raw;
        this.logprobsWanted = request.includes("message.output_text.logprobs");
        this.mostCalls = mostCalls(request.body());
    }

    private static long mostCalls(ObjectNode request) {
        var most = request.path("max_tool_calls").asLong(Long.MAX_VALUE);
        return request.path("parallel_tool_calls").asBoolean(true) ? most : Math.min(most, 1);
    }

    void add(ChatPiece piece) {
        thought(piece.reasoning());
        thoughtPlainly |= !piece.reasoning().isEmpty();
        for (var detail : piece.reasoningDetails()) {
            thought(detail, !thoughtPlainly);
        }
        // the tokens of a call have logprobs too, which a response has no place for
        var logprobs = logprobsWanted && piece.calls().isEmpty() ? ChatDetails.logprobs(piece.logprobs()) : NO_LOGPROBS;
        text(piece.content(), logprobs);
        if (!piece.refusal().isEmpty()) {
            message().refusal(piece.refusal());
        }
        for (var annotation : piece.annotations()) {
            annotation(ChatDetails.annotation(annotation));
        }
        for (var call : piece.calls()) {
            call(call);
        }
        for (var item : piece.responseItems()) {
            if (item instanceof ObjectNode object) {
                item(object);
            }
        }
    }

    private void item(ObjectNode item) {
        switch (ItemType.of(item)) {
            case ItemType.MESSAGE -> endMessage(item);
            case ItemType.REASONING -> {
                reasoning().completed(item);
                closeReasoning();
            }
            default -> hosted(item);
        }
    }

    /** One that broke off stays open until the answer ends, which broke off with it. */
    private void endMessage(ObjectNode item) {
        if (message != null) {
            var phase = item.path("phase").textValue();
            if (phase != null) {
                message.phase(phase);
            }
            if (!item.path("status").asText("").equals("incomplete")) {
                closeMessage();
            }
        }
    }

    private void hosted(ObjectNode item) {
        closeReasoning();
        closeMessage();
        calls.forEach(ComingCall::begin);
        var given = GrowingText.sound(item.path("id").asText(""));
        var id = !given.isEmpty() && hostedIds.add(given) ? given : ids.next("item_");
        var opened = new OpenHosted(item, id, events);
        begin(opened);
        opened.close(OpenItem.Status.COMPLETED);
    }

    private void thought(String piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (reasoning != null) {
            reasoning.text(piece);
            return;
        }
        var text = heldThought.release(piece);
        if (text != null) {
            reasoning().text(text);
        }
    }

    private void thought(JsonNode detail, boolean textWanted) {
        switch (detail.path("type").asText("")) {
            case "reasoning.text" -> {
                if (textWanted) {
                    thought(detail.path("text").asText(""));
                }
                if (!detail.path("signature").asText("").isEmpty()) {
                    // it is kept even where nobody may read what is signed
                    reasoning();
                }
                signed.add(detail, reasoning == null ? "" : reasoning.shown());
            }
            case "reasoning.summary" -> {
                var summary = detail.path("summary").asText("");
                if (!summary.isEmpty()) {
                    reasoning().summary(detail.path("index").asInt(), summary);
                }
            }
            case "reasoning.encrypted" -> {
                if (!detail.path("data").asText("").isEmpty()) {
                    reasoning();
                    signed.add(detail, "");
                }
            }
            default -> {}
        }
    }

    private void text(String piece, ArrayNode logprobs) {
        if (message != null) {
            message.text(piece, logprobs);
            lastLeftOut &= piece.isEmpty();
            return;
        }
        heldLogprobs.addAll(logprobs);
        var text = piece.isEmpty() ? null : heldText.release(piece);
        if (text != null) {
            var all = heldLogprobs.deepCopy();
            message().text(text, all);
            heldLogprobs.removeAll();
        }
    }

    /** What cites for a message that is over is left out: there is no place for it any more. */
    private void annotation(@Nullable ObjectNode annotation) {
        if (annotation != null && (message != null || items.stream().noneMatch(OpenMessage.class::isInstance))) {
            message().annotation(annotation);
        }
    }

    private OpenReasoning reasoning() {
        if (reasoning != null) {
            return reasoning;
        }
        closeMessage();
        var opened = new OpenReasoning(ids.next("rs_"), raw, signed, events);
        begin(opened);
        reasoning = opened;
        return opened;
    }

    private OpenMessage message() {
        if (message != null) {
            return message;
        }
        closeReasoning();
        calls.forEach(ComingCall::begin);
        var opened = new OpenMessage(ids.next("msg_"), events);
        begin(opened);
        message = opened;
        return opened;
    }

    private void begin(OpenItem item) {
        item.begin(firstIndex + items.size());
        items.add(item);
        lastLeftOut = false;
    }

    private void closeReasoning() {
        if (reasoning != null) {
            reasoning.close(OpenItem.Status.COMPLETED);
            reasoning = null;
        }
        signed = new SignedThoughts();
        heldThought.drain();
    }

    private void closeMessage() {
        if (message != null) {
            message.close(OpenItem.Status.COMPLETED);
            message = null;
        }
        heldText.drain();
        heldLogprobs.removeAll();
    }

    private void call(ChatPiece.Call piece) {
        var call = callsByIndex.get(piece.index());
        // servers that write a call at once may count each of them as the first
        if (call == null || call.isAnotherThan(piece)) {
            call = new ComingCall(calls.size() < mostCalls);
            callsByIndex.put(piece.index(), call);
            if (call.handedOn) {
                calls.add(call);
            }
        }
        lastLeftOut = !call.handedOn;
        call.add(piece);
    }

    /** A call that shows when its name is known, and goes on to what it is called with. */
    private final class ComingCall {
        private final boolean handedOn;
        private final StringBuilder name = new StringBuilder();
        private final StringBuilder text = new StringBuilder();
        private String id = "";
        private boolean custom;
        private @Nullable OpenCall shown;

        ComingCall(boolean handedOn) {
            this.handedOn = handedOn;
        }

        boolean isAnotherThan(ChatPiece.Call piece) {
            return !id.isEmpty()
                    && !piece.id().isEmpty()
                    && !id.equals(piece.id())
                    && !piece.name().isEmpty()
                    && !name.isEmpty();
        }

        void add(ChatPiece.Call piece) {
            if (shown != null) {
                shown.text(piece.text());
                return;
            }
            id = id.isEmpty() ? piece.id() : id;
            custom |= piece.custom();
            // some servers repeat the name with every piece
            if (!name.toString().equals(piece.name())) {
                name.append(piece.name());
            }
            text.append(piece.text());
            if (handedOn && !text.isEmpty() && !name.isEmpty()) {
                // in the order in which they came
                calls.forEach(ComingCall::begin);
            }
        }

        /** Where its name is known. */
        void begin() {
            if (!name.isEmpty()) {
                show();
            }
        }

        private void show() {
            if (shown != null) {
                return;
            }
            closeReasoning();
            closeMessage();
            var given = GrowingText.sound(id);
            var callId = !given.isEmpty() && callIds.add(given) ? given : ids.next("call_");
            var call = OpenCall.of(custom, callId, GrowingText.sound(name.toString()), ids, events);
            OutputItems.this.begin(call);
            shown = call;
            call.text(text.toString());
        }

        void end() {
            if (!name.isEmpty() || !text.isEmpty()) {
                show();
            }
        }
    }

    /**
     * Closes everything. Nothing is to be added afterwards.
     *
     * @param whole the answer ended well; the last item is incomplete otherwise, unless what broke off was left out
     * @param mayBeEmpty there need be no item
     */
    List<ObjectNode> close(boolean whole, boolean mayBeEmpty) {
        calls.forEach(ComingCall::end);
        var thoughtsOnly = items.stream().allMatch(OpenReasoning.class::isInstance);
        var blank = heldText.drain();
        if (thoughtsOnly && (!blank.isEmpty() || !mayBeEmpty && (whole || items.isEmpty()))) {
            var logprobs = heldLogprobs.deepCopy();
            message().text(blank, logprobs);
        }
        for (var item : items) {
            var last = item == items.getLast();
            item.close(whole || !last || lastLeftOut ? OpenItem.Status.COMPLETED : OpenItem.Status.INCOMPLETE);
        }
        return items.stream().map(OpenItem::whole).toList();
    }
}
