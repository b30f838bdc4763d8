package io.dromedary.backend.dialect.anthropic;

import io.dromedary.api.Ids;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.UpstreamError;
import io.dromedary.backend.dialect.blocks.FittedBody;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Anthropic's Messages API. The backend's url ends in {@code /v1}.
 *
 * <ul>
 *   <li>System and developer messages are its {@code system}, wherever they stood.
 *   <li>{@code max_tokens} is required there: a caller who gives none gets as many as the model has, or as fit beside a long
 *       prompt.
 *   <li>{@code reasoning_effort} becomes thinking, with a budget or an effort as the model's version has it. What was thought
 *       is {@code reasoning_content}; {@code reasoning_details} hold the signatures, and a caller who sends them back within
 *       a loop of tools has the thinking go on where it was.
 *   <li>{@code response_format} is held to by the upstream where the model's version can be; older ones answer through a tool
 *       that they are made to call. An arbitrary JSON object is asked for in words.
 *   <li>Anthropic's own members ({@code thinking}, {@code top_k}, {@code cache_control} and others) are sent as they are.
 * </ul>
 */
public final class AnthropicDialect implements Dialect {
    private static final Map<String, String> VERSION = Map.of("anthropic-version", "2023-06-01");

    private static final Capabilities CAPABILITIES =
            FittedBody.CAPABILITIES.with(Map.of("serviceTiers", List.of("auto", "standard_only")));

    private final Ids ids;
    private final InstantSource clock;

    /**
     * A dialect.
     *
     * @param ids for answers, whose own ids are of another kind
     * @param clock for answers, which have no time, and for waits that are stated as one
     */
    public AnthropicDialect(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "anthropic";
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public String chatPath() {
        return "/messages";
    }

    @Override
    public String healthPath() {
        return "/v1/models";
    }

    @Override
    public Map<String, String> headers() {
        return VERSION;
    }

    @Override
    public Map<String, String> authorization(String secret) {
        return Map.of("x-api-key", secret);
    }

    /**
     * {@inheritDoc}
     *
     * @throws io.dromedary.api.error.RefusedException also for files that are neither PDF nor text
     */
    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        return AnthropicRequest.of(request, target);
    }

    @Override
    public ChatAnswer answer(ChatRequest request, Target target) {
        return new AnthropicAnswer(request, target, ids, clock);
    }

    @Override
    public AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
        return UpstreamError.failure(status, headers, body, clock);
    }
}
