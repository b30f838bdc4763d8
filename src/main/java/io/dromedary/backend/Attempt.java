package io.dromedary.backend;

import io.dromedary.api.Reply;
import io.dromedary.api.TraceContext;
import io.dromedary.api.Usage;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One try of one backend for one call, on one event loop. Until its answer has begun nothing is shown to anyone, so
 * that another backend may still be tried.
 */
public sealed interface Attempt permits ChatAttempt, FanOut, AssemblingAttempt, TaskAttempt {
    /** What becomes of it. Exactly one of {@code answered}, {@code begun} and {@code failed} is called, once, unless the attempt is cancelled. */
    interface Verdict {
        /**
         * The request is about to go out, on a connection that is there. Said each time that one is sent.
         *
         * @return null to send it now; otherwise it waits for this, and is sent with true and not with false
         */
        default @Nullable CompletionStage<Boolean> asks() {
            return null;
        }

        /** A complete answer, as the client gets it: a {@link Reply.Whole} of chat, and of a task what that makes. */
        void answered(Reply reply);

        /** A stream's first meaningful event is here. What breaks it from now on, its receiver hears. */
        void begun(AttemptEvents events);

        /** No answer, and nothing of one was shown. */
        void failed(AttemptFailure failure);

        /** A whole answer will do although a stream was asked for. */
        default boolean takesWhole() {
            return false;
        }

        /** A first meaningful event was read, of an answer that will be told when it is complete. */
        default void speaks() {}

        /**
         * The first token is late, although the head of the stream came. Asked once.
         *
         * @return true to wait on for a while; false to give the attempt up
         */
        default boolean late() {
            return false;
        }
    }

    /**
     * Sends what is to be sent. Called once.
     *
     * @param span of this attempt, or null where the call is not traced
     */
    void send(@Nullable TraceContext span);

    /** Stops the upstream at once; nothing is told or pushed afterwards. */
    void cancel();

    /** Members of the request that this backend gets without, and that the caller is told of. */
    List<String> dropped();

    /** As the backend reported it, or null. */
    @Nullable
    Usage usage();

    /** How many pieces of text and of tool calls have come so far: about as many tokens. */
    int pieces();

    /** When it was made, on the clock of {@link System#nanoTime()}. */
    long startedNanos();

    /** From the sending of the request to the first token, or to the whole answer; 0 before. */
    long firstTokenNanos();
}
