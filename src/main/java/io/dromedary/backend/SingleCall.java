package io.dromedary.backend;

import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import java.util.ArrayList;
import java.util.List;

/** One of several upstream calls for one choice each. */
record SingleCall(ChatRequest request, Dialect.Outgoing outgoing) {
    /** Bytes that all of them together may send. */
    private static final long MAX_SENT = 64L << 20;

    /**
     * A call for each choice that is wanted. Without a seed they are the same.
     *
     * @throws RefusedException with a 400 that names the {@code param} which this backend cannot honour
     */
    static List<SingleCall> of(ChatRequest request, Dialect dialect, Target target) {
        var choices = request.choices();
        var first = one(request.single(0), dialect, target);
        if ((long) first.outgoing.body().length * choices > MAX_SENT) {
            throw RefusedException.badRequest(
                    "n",
                    "The backend of " + request.model() + " gives one choice for each copy of the request, and "
                            + choices + " copies of this one are too much to send. Ask for fewer choices.");
        }
        var calls = new ArrayList<SingleCall>(choices);
        calls.add(first);
        for (var i = 1; i < choices; i++) {
            calls.add(request.has("seed") ? one(request.single(i), dialect, target) : first);
        }
        return calls;
    }

    private static SingleCall one(ChatRequest request, Dialect dialect, Target target) {
        return new SingleCall(request, dialect.chat(request, target));
    }
}
