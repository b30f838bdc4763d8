package io.dromedary.backend.dialect.tgi;

import io.dromedary.api.Ids;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Dialect;
import io.dromedary.backend.Quirks;
import io.dromedary.backend.SelfReport;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.Fitting;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Hugging Face Text Generation Inference. The backend's url ends in {@code /v1}.
 *
 * <ul>
 *   <li>The upstream model is {@code tgi} for the base model; any other name is a LoRA adapter, and one that TGI does not
 *       know is silently the base model.
 *   <li>Image parts are passed on as they are, with {@code data:} URIs or addresses that TGI fetches by itself and without
 *       a filter: keep its network without a way out. Its bodies end at 2 MB unless its {@code PAYLOAD_LIMIT} is raised. A
 *       model that has no eyes needs {@code capabilities: { images: false }}, or it reads the URI as text.
 *   <li>A vision model also fetches any {@code ![](…)} that it finds in a text. The text of messages is therefore sent
 *       with {@code ![ ](…)}, which reads the same and is not fetched.
 *   <li>{@code response_format: json_object} is asked for in words: TGI knows no grammar for an arbitrary object.
 *   <li>A last message of the role assistant is continued, not answered.
 * </ul>
 */
public final class TgiDialect implements Dialect {
    private static final Capabilities CAPABILITIES = new Capabilities(
            true, // tools
            false, // customTools
            true, // parallelToolControl: it never makes more than one call
            true, // jsonObject
            true, // jsonSchema
            true, // images
            false, // audio
            false, // files
            true, // logprobs
            5, // maxTopLogprobs: its MAX_TOP_N_TOKENS
            false, // logitBias
            true, // penalties: frequency_penalty, for presence_penalty see TgiRequest
            true, // zeroPenalties
            true, // seed
            true, // stop
            false, // stopAsString
            false, // topPZero
            1, // maxChoices: it reads n and ignores it
            128, // maxTools
            false, // reasoningEffort
            true, // streamUsage
            true, // wholeAsStream
            false, // developerRole
            false, // contentWithToolCalls
            false, // maxCompletionTokens
            false, // usageExcludesReasoning
            true, // prefill
            Set.of("chat"), // endpoints
            0, // maxInputs
            false, // tokenInputs
            false, // dimensions
            false, // topN
            false, // rankByEmbeddings
            Set.of(), // transcripts
            Set.of(), // timestamps
            false, // transcriptStream
            0, // maxAudioBytes
            0, // contextWindow
            Set.of(),
            Set.of(
                    "user",
                    "store",
                    "metadata",
                    "safety_identifier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "prompt_cache_options",
                    "prediction",
                    "verbosity",
                    "reasoning_effort"),
            Set.of("functions", "function_call", "web_search_options", "search_parameters", "moderation"),
            Quirks.NONE);

    private final Ids ids;
    private final InstantSource clock;

    /**
     * A dialect.
     *
     * @param ids mints what TGI leaves empty or numbers from 0: {@code chatcmpl-…} and {@code call_…}
     * @param clock for answers that carry no {@code created}
     */
    public TgiDialect(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "tgi";
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public String healthPath() {
        return "/health";
    }

    @Override
    public String reportPath() {
        return "/info";
    }

    @Override
    public @Nullable SelfReport report(byte[] page) {
        return TgiReport.of(page);
    }

    /**
     * {@inheritDoc}
     *
     * @throws RefusedException also for what {@link Capabilities} has no word for: a presence penalty, a response format
     *     beside tools, a recursive schema
     */
    @Override
    public Outgoing chat(ChatRequest request, Target target) {
        var dropped = new LinkedHashSet<>(Fitting.dropped(request, target));
        var body = request.tree();
        body.remove(dropped);
        TgiRequest.rewrite(body, target, dropped);
        return new Outgoing(Json.bytes(body), List.copyOf(dropped));
    }

    @Override
    public ChatAnswer answer(ChatRequest request, Target target) {
        return new TgiAnswer(request, target, ids, clock);
    }

    @Override
    public AttemptFailure failure(int status, UnaryOperator<@Nullable String> headers, byte[] body) {
        return TgiErrors.ofStatus(status, headers, body);
    }
}
