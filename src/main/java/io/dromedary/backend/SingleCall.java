package io.dromedary.backend;

import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import java.util.ArrayList;
import java.util.List;

/**
 * One of several upstream calls for what a caller has asked for at once.
 *
 * @param first of the choices of all of them that are its own
 * @param choices that it has
 */
record SingleCall(ChatRequest request, Dialect.Outgoing outgoing, int first, int choices) {
    /** Bytes that all of them together may send. */
    private static final long MAX_SENT = 64L << 20;

    /**
     * A call for each conversation, and where the backend gives fewer choices than are wanted of one, for each choice.
     *
     * @throws RefusedException with a 400 that names the {@code param} which this backend cannot honour
     */
    static List<SingleCall> of(ChatRequest request, Dialect dialect, Target target) {
        var calls = new ArrayList<SingleCall>(request.choices());
        for (var conversation : request.conversations()) {
            var first = calls.isEmpty() ? 0 : calls.getLast().first + calls.getLast().choices;
            if (isSplit(conversation, target)) {
                split(conversation, first, dialect, target, calls);
            } else {
                calls.add(new SingleCall(
                        conversation, dialect.chat(conversation, target), first, conversation.choices()));
            }
        }
        return calls;
    }

    /** More choices are wanted than this target gives in one call, and its file does not settle what becomes of {@code n}. */
    static boolean isSplit(ChatRequest conversation, Target target) {
        var can = target.capabilities();
        return conversation.choices() > can.maxChoices() && can.choices() > can.maxChoices();
    }

    /** Without a seed the calls for all choices are the same. */
    private static void split(
            ChatRequest conversation, int first, Dialect dialect, Target target, List<SingleCall> calls) {
        var choices = conversation.choices();
        var single = one(conversation, 0, first, dialect, target);
        if ((long) single.outgoing.body().length * choices > MAX_SENT) {
            throw RefusedException.badRequest(
                    "n",
                    "The backend of " + conversation.model() + " gives one choice for each copy of the request, and "
                            + choices + " copies of this one are too much to send. Ask for fewer choices.");
        }
        calls.add(single);
        for (var i = 1; i < choices; i++) {
            calls.add(
                    conversation.has("seed")
                            ? one(conversation, i, first, dialect, target)
                            : new SingleCall(single.request, single.outgoing, first + i, 1));
        }
    }

    private static SingleCall one(ChatRequest conversation, int choice, int first, Dialect dialect, Target target) {
        var request = conversation.single(choice);
        return new SingleCall(request, dialect.chat(request, target), first + choice, 1);
    }
}
