package io.dromedary.backend;

import io.dromedary.api.Endpoint;
import io.dromedary.api.chat.ChatRequest;
import java.util.Map;
import java.util.Set;

/**
 * What a backend can do. A dialect has defaults; the {@code capabilities} of a backend's file, and of one of its models,
 * override them. What a backend cannot do is refused or dropped and named, never lost silently.
 *
 * @param tools function calling
 * @param customTools tools of a type other than {@code function}
 * @param parallelToolControl obeys {@code parallel_tool_calls: false}
 * @param jsonObject {@code response_format: json_object}
 * @param jsonSchema {@code response_format: json_schema}
 * @param images image parts in messages
 * @param audio audio parts in messages, and audio output
 * @param files file parts in messages
 * @param logprobs {@code logprobs}
 * @param maxTopLogprobs the largest {@code top_logprobs}
 * @param logitBias {@code logit_bias}
 * @param penalties {@code presence_penalty} and {@code frequency_penalty} other than 0
 * @param zeroPenalties a penalty of 0 may be sent (xAI's reasoning models refuse even that)
 * @param seed {@code seed}
 * @param stop {@code stop}
 * @param stopAsString {@code stop} may be a bare string; else it is sent as a list
 * @param topPZero {@code top_p: 0} may be sent; else the smallest positive value is
 * @param maxChoices the largest {@code n} that it takes; for more the gateway makes several calls
 * @param maxTools how many tools may be declared
 * @param reasoningEffort {@code reasoning_effort}
 * @param streamUsage gives usage in a stream when {@code stream_options.include_usage} asks for it
 * @param wholeAsStream an answer that is wanted whole may be asked for as a stream, and put together here, where another
 *     candidate could give it too; needs {@code streamUsage}
 * @param developerRole knows the role {@code developer}; else it is sent as {@code system}
 * @param contentWithToolCalls an assistant message may have both content and tool calls
 * @param maxCompletionTokens knows {@code max_completion_tokens}; else it is sent as {@code max_tokens}
 * @param usageExcludesReasoning its {@code completion_tokens} leave reasoning out; the gateway adds it
 * @param prefill continues a last message of the role assistant
 * @param endpoints what its models may be asked for, as {@link Endpoint} has the words
 * @param maxInputs how many texts or documents one request for embeddings or ranks may have, 0 for no limit; longer lists
 *     are split
 * @param tokenInputs makes embeddings of token ids
 * @param dimensions {@code dimensions} of embeddings
 * @param topN {@code top_n} of ranks; it is obeyed here anyway
 * @param rankByEmbeddings documents are ranked by the cosine of their embeddings and the query's, for it makes embeddings
 *     and no ranks
 * @param transcripts the values of {@code response_format} of transcripts that it gives itself; the others are made of
 *     these, where they have all in them
 * @param timestamps the values of {@code timestamp_granularities} that it knows
 * @param transcriptStream transcripts can come piece by piece; else those that are wanted so come in one piece
 * @param maxAudioBytes the largest recording, 0 for no limit
 * @param contextWindow tokens of prompt and answer together, 0 for unknown
 * @param serviceTiers the values of {@code service_tier} that it knows itself
 * @param dropped members of the request that it ignores or refuses and that do not change what the answer means
 * @param refused members of the request that it cannot honour and that would change what the answer means
 * @param quirks what it wants said otherwise, and says otherwise
 */
public record Capabilities(
        boolean tools,
        boolean customTools,
        boolean parallelToolControl,
        boolean jsonObject,
        boolean jsonSchema,
        boolean images,
        boolean audio,
        boolean files,
        boolean logprobs,
        int maxTopLogprobs,
        boolean logitBias,
        boolean penalties,
        boolean zeroPenalties,
        boolean seed,
        boolean stop,
        boolean stopAsString,
        boolean topPZero,
        int maxChoices,
        int maxTools,
        boolean reasoningEffort,
        boolean streamUsage,
        boolean wholeAsStream,
        boolean developerRole,
        boolean contentWithToolCalls,
        boolean maxCompletionTokens,
        boolean usageExcludesReasoning,
        boolean prefill,
        Set<String> endpoints,
        int maxInputs,
        boolean tokenInputs,
        boolean dimensions,
        boolean topN,
        boolean rankByEmbeddings,
        Set<String> transcripts,
        Set<String> timestamps,
        boolean transcriptStream,
        int maxAudioBytes,
        int contextWindow,
        Set<String> serviceTiers,
        Set<String> dropped,
        Set<String> refused,
        Quirks quirks) {

    /** Everything that OpenAI's own API can do. */
    public static final Capabilities OPENAI = new Capabilities(
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            20,
            true,
            true,
            true,
            true,
            true,
            true,
            true,
            128,
            128,
            true,
            true,
            true,
            true,
            true,
            true,
            false,
            false,
            Set.of("chat", "embeddings", "transcriptions", "translations"),
            // it takes 2048, whose vectors may be more than is read of one answer
            1024,
            true,
            true,
            true,
            false,
            Set.of("json", "text", "srt", "vtt", "verbose_json", "diarized_json"),
            Set.of("word", "segment"),
            true,
            25 * 1024 * 1024,
            0,
            Set.of("auto", "default", "flex", "priority", "scale", "fast"),
            Set.of(),
            Set.of(),
            Quirks.NONE);

    /** The largest {@code n} that may be asked for: the gateway makes up for what the backend does not give. */
    public int choices() {
        return dropped.contains("n") || refused.contains("n") ? maxChoices : ChatRequest.MAX_CHOICES;
    }

    /** A model with these may be asked for that. */
    public boolean serves(Endpoint endpoint) {
        return endpoints.contains(endpoint.word())
                || endpoint == Endpoint.RERANK && rankByEmbeddings && serves(Endpoint.EMBEDDINGS);
    }

    /**
     * These with some replaced.
     *
     * @param overrides by the names of this record's components and of those of {@link Quirks}; numbers, booleans, lists
     *     of strings and mappings, as the schema of a backend's file allows them
     */
    public Capabilities with(Map<String, Object> overrides) {
        return CapabilityOverrides.apply(this, overrides);
    }
}
