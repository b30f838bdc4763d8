package io.dromedary.responses;

import io.dromedary.api.responses.ResponseError;
import io.dromedary.store.Held;

/**
 * One attempt at a response in the background: the errand of the call that makes it. How it ended is known when that call
 * is over.
 */
public final class BackgroundRun {
    /** How an attempt ended. */
    public sealed interface End {
        /** No backend has begun to answer. */
        record NotBegun() implements End {}

        /** The response has ended, and its stream too: there is nothing left to do. */
        record Ended() implements End {}

        /** The answer broke off. */
        record Broken(ResponseError error) implements End {}

        /** The store did not take what it was to keep, or somebody else has begun to write. */
        record Interrupted() implements End {}
    }

    private final StoredResponse response;
    private Held<Kept> held;
    private volatile End end = new End.NotBegun();

    BackgroundRun(StoredResponse response, Held<Kept> held) {
        this.response = response;
        this.held = held;
    }

    /** As it was when the attempt began. */
    public StoredResponse response() {
        return response;
    }

    public End end() {
        return end;
    }

    void end(End how) {
        end = how;
    }

    /** What is on the shelf of responses, as far as this attempt knows. */
    Held<Kept> held() {
        return held;
    }

    void held(Held<Kept> now) {
        held = now;
    }
}
