package io.dromedary.backend;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.sse.Framing;
import io.dromedary.api.sse.SseParser;
import io.dromedary.config.BackendSettings;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How one kind of upstream speaks. Stateless; what an attempt needs to remember is in its {@link ChatAnswer}. */
public interface Dialect {
    /** As backend files name it, e.g. {@code tgi}. */
    String name();

    /** This dialect as one backend speaks it, by what its file says beside the capabilities. */
    default Dialect of(BackendSettings settings) {
        return this;
    }

    /** What such a backend can do unless its file says otherwise. */
    Capabilities capabilities();

    /** The path of chat completions below the backend's {@code url}, which ends in {@code /v1} for most. */
    default String chatPath() {
        return "/chat/completions";
    }

    /** Headers that each request to such an upstream has. The {@code headers} of a backend's file go before them. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /**
     * The headers that say who we are, the same in each request. The {@code headers} of a backend's file go before them.
     *
     * @param secret what {@code auth} in the backend's file stands for
     */
    default Map<String, String> authorization(String secret) {
        return Map.of("authorization", "Bearer " + secret);
    }

    /**
     * What signs each request to a backend, or null where constant headers do.
     *
     * @throws IllegalArgumentException where the settings lack what a signature needs; its message holds no secret
     */
    default @Nullable Signer signer(BackendSettings settings) {
        return null;
    }

    /** How the events of a streamed answer are framed in this type of content; null where it is no stream of events. */
    default @Nullable Framing framing(@Nullable String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, "text/event-stream", 0, 17)
                ? new SseParser(Framing.MAX_EVENT)
                : null;
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

    /**
     * A request for an endpoint other than chat as this upstream takes it. It is only asked where its {@linkplain
     * Capabilities#endpoints() capabilities} have that endpoint.
     *
     * @throws RefusedException with a 400 that names the {@code param} which this backend cannot honour, or a 413
     */
    default Task task(ModelRequest request, Target target) {
        throw RefusedException.badRequest(
                "model",
                "The backend that serves " + request.model() + " does not do "
                        + request.endpoint().word() + ". Use another model.",
                "unsupported_endpoint");
    }

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
     * @param body what is sent
     * @param dropped members that were left out and do not change what the answer means; the caller is told
     * @param elsewhere the same body where it does not go to the {@linkplain #chatPath() chat path} with nothing but the
     *     usual headers, or null
     */
    record Outgoing(
            byte[] body, List<String> dropped, @Nullable Sending elsewhere) {
        /** One that goes to the chat path. */
        public Outgoing(byte[] body, List<String> dropped) {
            this(body, dropped, null);
        }

        /** One that says where it goes. */
        public Outgoing(Sending sending, List<String> dropped) {
            this(sending.body(), dropped, sending);
        }
    }
}
