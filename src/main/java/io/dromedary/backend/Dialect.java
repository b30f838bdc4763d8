package io.dromedary.backend;

import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How one kind of upstream speaks. Stateless; what an attempt needs to remember is in its {@link ChatAnswer}. */
public interface Dialect {
    /** As backend files name it, e.g. {@code tgi}. */
    String name();

    /** What such a backend can do unless its file says otherwise. */
    Capabilities capabilities();

    /** The path of chat completions below the backend's {@code url}, which ends in {@code /v1} for most. */
    default String chatPath() {
        return "/chat/completions";
    }

    /** The path of the health probe from the root of the backend's {@code url}, or null where there is none. */
    default @Nullable String healthPath() {
        return null;
    }

    /** The path of the page on which a server says what it is, from the same root, or null where there is none. */
    default @Nullable String reportPath() {
        return null;
    }

    /** What stands on that page, or null where it is another one. */
    default @Nullable SelfReport report(byte[] page) {
        return null;
    }

    /**
     * The request as this upstream takes it.
     *
     * @throws RefusedException with a 400 that names the {@code param} which this backend cannot honour
     */
    Outgoing chat(ChatRequest request, Target target);

    /** A reader for the answer to one attempt. */
    ChatAnswer answer(ChatRequest request, Target target);

    /**
     * What a status other than 2xx means.
     *
     * @param headers value of a header by lower-case name, or null
     * @param body as it came, perhaps empty, perhaps no JSON
     */
    AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body);

    /**
     * A request ready to send.
     *
     * @param dropped members that were left out and do not change what the answer means; the caller is told
     */
    record Outgoing(byte[] body, List<String> dropped) {}
}
