package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.JsonText;

/** A call of a tool: a function with arguments, or a custom tool with an input that is text. */
final class OpenCall extends OpenItem {
    private static final String NO_ARGUMENTS = "{}";

    private final boolean custom;
    private final String callId;
    private final String member;
    private final String events;
    private final String name;
    private final GrowingText text = new GrowingText();

    private OpenCall(boolean custom, String id, String callId, String name, ItemEvents events) {
        super(custom ? "custom_tool_call" : "function_call", id, events);
        this.custom = custom;
        this.callId = callId;
        this.member = custom ? "input" : "arguments";
        this.events = custom ? "response.custom_tool_call_input" : "response.function_call_arguments";
        this.name = name;
    }

    /**
     * One that has not begun.
     *
     * @param callId what its result will be known by, unlike any other in the answer
     */
    static OpenCall of(boolean custom, String callId, String name, ItemIds ids, ItemEvents events) {
        return new OpenCall(custom, ids.next(custom ? "ctc_" : "fc_"), callId, name, events);
    }

    void text(String piece) {
        delta(text.add(piece));
    }

    private void delta(String piece) {
        if (!piece.isEmpty()) {
            events().text(events + ".delta", place(), "delta", piece, "");
        }
    }

    /** A function that takes nothing still gets an object, for clients read its arguments as JSON. */
    @Override
    void closeParts(Status status) {
        delta(text.end());
        if (!custom && text.isEmpty() && status == Status.COMPLETED) {
            text(NO_ARGUMENTS);
        }
        var named = custom ? "" : ",\"name\":" + JsonText.quote(name);
        events().text(events + ".done", place(), member, text.toString(), named);
    }

    @Override
    void describe(ObjectNode tree) {
        tree.put("call_id", callId).put("name", name).put(member, text.toString());
    }
}
