package io.dromedary.backend;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Usage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads one upstream's answer to one attempt and writes it as OpenAI's clients expect it. Used by one attempt, on
 * one thread: either {@link #whole} once, or {@link #event} for each event and then {@link #end} once.
 */
public interface ChatAnswer {
    /**
     * A 2xx came. Called before anything else.
     *
     * @param headers value of a header by lower-case name, or null
     */
    default void head(UnaryOperator<@Nullable String> headers) {}

    /**
     * A complete body that came with a 2xx.
     *
     * @return the body for the client; null when it is no answer, and {@link #failure()} then says why
     */
    byte @Nullable [] whole(byte[] body);

    /**
     * A stream was asked for, and {@link #whole} has read all of the answer instead: writes the events that it comes to.
     *
     * @return false where it does not come to any, and the answer is none
     */
    default boolean replay(ByteArrayBuilder out) {
        return false;
    }

    /**
     * The data of one server-sent event, {@code [DONE]} included. Writes nothing, or whole framed events. After a
     * {@link #failure()} nothing more is written.
     */
    void event(byte[] buffer, int offset, int length, ByteArrayBuilder out);

    /**
     * The upstream closed its stream, or sent {@code [DONE]}. Writes what is owed to the client when the answer is
     * complete: a missing final chunk where the dialect is known to leave it out, usage where it was asked for, {@code
     * [DONE]}. Sets {@link #failure()} when the answer was cut: a stream without a finish reason is never given one. Does
     * nothing when called again.
     */
    void end(ByteArrayBuilder out);

    /** Something that a caller would see as the answer's beginning was read: content, a tool call, a finish reason. */
    boolean begun();

    /** {@code [DONE]} was read, or an error after which nothing can come. */
    boolean done();

    /** Why this is no answer, or was cut. */
    @Nullable
    AttemptFailure failure();

    /** As the backend reported it, or null. */
    @Nullable
    Usage usage();

    /** How many pieces of text and of tool calls a stream has had so far: about as many tokens. */
    int pieces();

    /** Finish reason of the first choice, or null. */
    @Nullable
    String finishReason();

    /** How many events that were not JSON were dropped. */
    int dropped();
}
