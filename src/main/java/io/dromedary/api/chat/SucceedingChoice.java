package io.dromedary.api.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One choice of a {@link Successor}. */
final class SucceedingChoice {
    /** What a chunk's choice has for the caller. */
    enum Rest {
        NOTHING,
        SOMETHING,
        /** It is not the answer that the caller has seen the beginning of. */
        DIFFERENT
    }

    private static final String REASONING = "reasoning";
    private static final String REASONING_CONTENT = "reasoning_content";

    private final MetObject met;
    private final boolean reasoningSent;
    private final boolean reasoningSentTwice;
    private final boolean finishSent;
    private boolean roleSent;
    private boolean finished;

    private SucceedingChoice(MetObject met, MergedObject sent, boolean finishSent) {
        this.met = met;
        this.reasoningSent = !sent.text(REASONING_CONTENT).isEmpty();
        this.reasoningSentTwice = reasoningSent && sent.text(REASONING).equals(sent.text(REASONING_CONTENT));
        this.finishSent = finishSent;
        this.roleSent = !sent.text("role").isEmpty();
        met.forget("role");
        if (reasoningSentTwice) {
            met.forget(REASONING);
        }
        met.expect("tool_calls", new MetCalls(new MergedCalls()));
    }

    /** Of which nothing was sent. */
    static SucceedingChoice unseen() {
        return new SucceedingChoice(new MetObject(), new MergedObject(), false);
    }

    /** Of an attempt that goes on where the other broke off. */
    static SucceedingChoice continuing(AssembledChoice sent) {
        return new SucceedingChoice(new MetObject(), sent.message(), sent.finished());
    }

    /** Of an attempt that answers from the start. */
    static SucceedingChoice restarting(AssembledChoice sent) {
        return new SucceedingChoice(new MetObject(sent.message()), sent.message(), sent.finished());
    }

    /** All that was sent of it was met again, its end included. */
    boolean caughtUp() {
        return met.complete() && (finished || !finishSent);
    }

    /** Takes out of a chunk's choice what the caller has seen. */
    Rest take(ObjectNode choice) {
        if (finished) {
            return Rest.NOTHING;
        }
        if (!met.complete() && choice.has("logprobs")) {
            choice.putNull("logprobs");
        }
        var rest = choice.path("delta") instanceof ObjectNode delta ? takeDelta(delta) : Rest.NOTHING;
        finished = !choice.path("finish_reason").isMissingNode()
                && !choice.path("finish_reason").isNull();
        if (rest == Rest.DIFFERENT || finishSent && rest == Rest.SOMETHING || finished && !met.complete()) {
            return Rest.DIFFERENT;
        }
        if (finishSent) {
            return Rest.NOTHING;
        }
        return finished || !ChunkTree.saysNothing(choice.path("logprobs")) ? Rest.SOMETHING : rest;
    }

    private Rest takeDelta(ObjectNode delta) {
        role(delta);
        // our dialects write reasoning under both of its names, those of others may not
        if (reasoningSent && delta.path(REASONING).equals(delta.path(REASONING_CONTENT))) {
            delta.remove(REASONING);
        }
        var rest = met.rest(delta);
        if (rest == null) {
            return Rest.DIFFERENT;
        }
        if (rest.isMissingNode()) {
            delta.removeAll();
            return Rest.NOTHING;
        }
        if (reasoningSentTwice && delta.path(REASONING_CONTENT).isTextual()) {
            delta.set(REASONING, delta.path(REASONING_CONTENT));
        }
        return Rest.SOMETHING;
    }

    private void role(ObjectNode delta) {
        if (!delta.path("role").isTextual()) {
            return;
        }
        if (roleSent) {
            delta.remove("role");
        }
        roleSent = true;
    }
}
