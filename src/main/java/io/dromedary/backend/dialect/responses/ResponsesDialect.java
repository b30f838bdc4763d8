package io.dromedary.backend.dialect.responses;

import io.dromedary.api.Ids;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.UpstreamError;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's Responses API, and whatever speaks it: the dialect {@code openai} with {@code api: responses}. Nothing is kept at
 * the backend: each request has all of the conversation in it, and {@code store: false}.
 */
public final class ResponsesDialect implements Dialect {
    /** What the Responses API can say of a chat completion. The gateway itself makes up for {@code n}. */
    public static final Capabilities CAPABILITIES = Capabilities.OPENAI.with(Map.ofEntries(
            Map.entry("endpoints", List.of("chat")),
            Map.entry("audio", false),
            Map.entry("logitBias", false),
            Map.entry("penalties", false),
            Map.entry("zeroPenalties", false),
            Map.entry("seed", false),
            Map.entry("stop", false),
            Map.entry("maxChoices", 1),
            Map.entry("dropped", List.of("prediction")),
            Map.entry("refused", List.of("audio", "functions", "function_call", "web_search_options"))));

    private final Ids ids;
    private final InstantSource clock;

    /**
     * A dialect.
     *
     * @param ids for answers, whose own ids are of another kind
     * @param clock for answers that come without a time, and waits that the backend states as a date
     */
    public ResponsesDialect(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public String chatPath() {
        return "/responses";
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.dromedary.api.error.RefusedException also for messages that no item can stand for: audio given before, and
     *     calls of the deprecated kind
     */
    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        var nativeForm = request.nativeForm();
        return nativeForm == null
                ? TranslatedRequest.of(request, target)
                : NativeRequest.of(nativeForm, request, target);
    }

    @Override
    public ChatAnswer answer(ChatRequest request, Target target) {
        return new ResponsesAnswer(request, target, ids, clock);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Nothing that a caller named is looked up there, so a 404 is never the caller's.
     */
    @Override
    public AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
        var failure = UpstreamError.failure(status, headers, body, clock);
        return status == 404 && failure instanceof AttemptFailure.Rejected
                ? new AttemptFailure.Misconfigured(404, "404: something was not found")
                : failure;
    }
}
