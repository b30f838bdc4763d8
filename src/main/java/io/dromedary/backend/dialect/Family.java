package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.backend.Capabilities;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The providers and engines that speak OpenAI's protocol in their own way. Each is a name and what differs, as a backend's
 * file could say it too: no provider has code of its own. What depends on the model is said in the file.
 */
public final class Family {
    /** What most of them ignore or refuse, and what does not change what the answer means. */
    private static final List<String> EXTRAS = List.of(
            "user",
            "metadata",
            "store",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prompt_cache_options",
            "prediction",
            "verbosity");

    /** What most of them cannot honour. */
    private static final List<String> BEYOND =
            List.of("audio", "functions", "function_call", "web_search_options", "search_parameters", "moderation");

    /** What changes a transcript, and what nobody but OpenAI and whisper servers can honour. */
    private static final List<String> BEYOND_SPEECH = with(BEYOND, "include", "diarization");

    /** Hints for transcripts that nobody but OpenAI reads. */
    private static final List<String> HINTS =
            List.of("languages", "keywords", "chunking_strategy", "known_speaker_names", "known_speaker_references");

    private static final List<String> EXTRAS_AND_HINTS = with(EXTRAS, HINTS.toArray(String[]::new));

    /** None of them has tools of other types, or takes a list of those that are allowed. */
    private static final Capabilities COMMON = Capabilities.OPENAI.with(
            Map.of("customTools", false, "toolChoices", List.of("none", "auto", "required", "function")));

    private static final List<Row> ROWS = List.of(
            // Mistral's own cloud. Whatever it does not know is a 422.
            row(
                    "mistral",
                    null,
                    list("endpoints", "chat", "embeddings", "transcriptions"),
                    // it has no response_format, and streams events of its own
                    list("transcripts", "json"),
                    none("timestamps"),
                    no("transcriptStream"),
                    no("dimensions"),
                    no("tokenInputs"),
                    no("audio"),
                    no("files"),
                    no("logprobs"),
                    no("logitBias"),
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    no("reasoningEffort"),
                    no("toolFinish"),
                    yes("usageUnasked"),
                    none("serviceTiers"),
                    list(
                            "known",
                            "min_tokens",
                            "temperature",
                            "top_p",
                            "random_seed",
                            "metadata",
                            "prediction",
                            "prompt_mode",
                            "safe_prompt",
                            "guardrails",
                            "prompt_cache_key"),
                    list("messageMembers", "role", "content", "tool_calls", "tool_call_id", "name", "prefix"),
                    is("refused", BEYOND_SPEECH),
                    is("dropped", HINTS),
                    is("renamed", Map.of("seed", "random_seed")),
                    is("toolIdLength", 9)),
            // Cohere's compatibility endpoint.
            row(
                    "cohere",
                    null,
                    list("endpoints", "chat", "embeddings", "rerank"),
                    no("tokenInputs"),
                    is("maxInputs", 96),
                    no("parallelToolControl"),
                    no("audio"),
                    no("files"),
                    no("logprobs"),
                    no("logitBias"),
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    no("toolFinish"),
                    yes("schemaInObject"),
                    yes("usageUnasked"),
                    is("maxChoices", 1),
                    none("serviceTiers"),
                    list("toolChoices", "none", "required"),
                    list("messageMembers", "role", "content", "tool_calls", "tool_call_id"),
                    is("dropped", EXTRAS),
                    is("refused", BEYOND)),
            // Groq. Its models with reasoning answer it as {@code reasoning}; no history may hold it.
            row(
                    "groq",
                    null,
                    list("endpoints", "chat", "transcriptions", "translations"),
                    list("transcripts", "json", "text", "verbose_json"),
                    list("timestamps", "word", "segment"),
                    no("transcriptStream"),
                    no("audio"),
                    no("files"),
                    no("logprobs"),
                    no("logitBias"),
                    no("developerRole"),
                    is("maxChoices", 1),
                    list("serviceTiers", "auto", "flex"),
                    list("messageMembers", "role", "content", "tool_calls", "tool_call_id"),
                    is("dropped", EXTRAS_AND_HINTS),
                    is("refused", BEYOND_SPEECH)),
            row(
                    "together",
                    null,
                    list("endpoints", "chat", "embeddings", "rerank", "transcriptions", "translations"),
                    list("transcripts", "json", "verbose_json"),
                    list("timestamps", "word", "segment"),
                    no("transcriptStream"),
                    no("tokenInputs"),
                    no("dimensions"),
                    no("parallelToolControl"),
                    no("audio"),
                    no("files"),
                    no("logprobs"), // as a number, and answered in a shape of its own
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    none("serviceTiers"),
                    is("dropped", EXTRAS_AND_HINTS),
                    is("refused", BEYOND_SPEECH)),
            row(
                    "fireworks",
                    null,
                    list("endpoints", "chat", "embeddings", "rerank"),
                    no("audio"),
                    no("files"),
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    is("maxTopLogprobs", 5),
                    none("serviceTiers"),
                    list(
                            "messageMembers",
                            "role",
                            "content",
                            "tool_calls",
                            "tool_call_id",
                            "name",
                            "reasoning_content"),
                    list("dropped", "metadata", "store", "safety_identifier", "prompt_cache_retention", "verbosity"),
                    is("refused", BEYOND)),
            // DeepSeek's own cloud. A model that thinks wants its thoughts of earlier turns back.
            row(
                    "deepseek",
                    null,
                    list("endpoints", "chat"),
                    no("parallelToolControl"),
                    no("jsonSchema"),
                    no("images"),
                    no("audio"),
                    no("files"),
                    no("logitBias"),
                    no("seed"),
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    no("contentParts"),
                    yes("reasoningNeeded"),
                    is("maxChoices", 1),
                    none("serviceTiers"),
                    is("dropped", EXTRAS),
                    is("refused", BEYOND)),
            row(
                    "xai",
                    null,
                    list("endpoints", "chat", "embeddings"),
                    no("tokenInputs"),
                    is("maxInputs", 128),
                    no("audio"),
                    no("logitBias"), // taken and ignored, which would change the answer
                    no("penalties"),
                    no("zeroPenalties"), // even a penalty of 0 is a 400 at its reasoning models
                    no("stop"),
                    no("stopAsString"),
                    no("topPZero"),
                    yes("usageExcludesReasoning"),
                    is("maxTopLogprobs", 8),
                    none("serviceTiers"),
                    list("dropped", "metadata", "store")),
            // Gemini's OpenAI-compatible endpoint. Whatever it does not know is a 400.
            row(
                    "gemini",
                    null,
                    list("endpoints", "chat", "embeddings"),
                    no("tokenInputs"),
                    is("maxInputs", 100),
                    no("parallelToolControl"),
                    no("files"),
                    no("logprobs"),
                    no("logitBias"),
                    no("seed"),
                    no("penalties"), // some models have them
                    no("zeroPenalties"),
                    no("developerRole"),
                    no("imageUrls"),
                    no("toolFinish"),
                    no("toolIndexes"),
                    yes("usageExcludesReasoning"),
                    is("maxChoices", 8),
                    none("serviceTiers"),
                    list("known", "temperature", "top_p", "extra_body"),
                    list("messageMembers", "role", "content", "tool_calls", "tool_call_id", "name", "extra_content"),
                    is("refused", BEYOND)),
            row(
                    "nebius",
                    null,
                    list("endpoints", "chat", "embeddings", "rerank"),
                    no("audio"),
                    no("files"),
                    no("developerRole"),
                    list("serviceTiers", "auto", "default", "flex")),
            row(
                    "scaleway",
                    null,
                    list("endpoints", "chat", "embeddings", "rerank", "transcriptions"),
                    list("transcripts", "json"),
                    none("timestamps"),
                    no("transcriptStream"),
                    no("parallelToolControl"), // takes parallel_tool_calls and acts as if it were true
                    no("files"),
                    no("logitBias"),
                    no("developerRole"),
                    no("contentWithToolCalls"),
                    no("maxCompletionTokens"),
                    no("topPZero"),
                    none("serviceTiers"),
                    is("dropped", with(HINTS, "user", "metadata", "store")),
                    list("refused", "include", "diarization")),
            row(
                    "predictionguard",
                    null,
                    list("endpoints", "chat", "embeddings", "rerank", "transcriptions"),
                    list("transcripts", "json", "verbose_json"),
                    list("timestamps", "word", "segment"),
                    no("transcriptStream"),
                    is("renamed", Map.of("timestamp_granularities", "timestamps_granularities")),
                    no("tokenInputs"),
                    no("audio"),
                    no("files"),
                    no("logprobs"),
                    no("seed"),
                    no("developerRole"),
                    no("imageUrls"),
                    is("maxChoices", 1),
                    none("serviceTiers"),
                    is("dropped", EXTRAS_AND_HINTS),
                    is("refused", with(BEYOND, "include"))),
            // OpenRouter. Asked for providers that take everything that a request has: it would drop the rest without a
            // word.
            row(
                    "openrouter",
                    null,
                    list("endpoints", "chat", "embeddings"),
                    no("developerRole"),
                    is("maxChoices", 1),
                    none("serviceTiers"),
                    list("dropped", "metadata", "store", "safety_identifier", "prompt_cache_retention"),
                    list("refused", "functions", "function_call"),
                    is("added", Map.of("provider", Map.of("require_parameters", true)))),
            // Hugging Face's router, which hands on to the provider that the model's name ends in.
            row(
                    "huggingface",
                    null,
                    list("endpoints", "chat"),
                    no("audio"),
                    no("files"),
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    none("serviceTiers"),
                    is("dropped", EXTRAS),
                    is("refused", BEYOND)),
            row(
                    "sglang",
                    "/health",
                    list("endpoints", "chat", "embeddings", "rerank", "transcriptions"),
                    list("transcripts", "json", "text", "verbose_json"),
                    list("timestamps", "segment"),
                    no("audio"),
                    no("files"),
                    no("developerRole"),
                    no("topPZero"),
                    none("serviceTiers"),
                    is("dropped", EXTRAS_AND_HINTS),
                    is("refused", BEYOND_SPEECH)),
            row(
                    "llamacpp",
                    "/health",
                    list("endpoints", "chat", "embeddings", "rerank"),
                    no("dimensions"),
                    no("audio"),
                    no("files"),
                    no("developerRole"),
                    is("maxChoices", 1),
                    none("serviceTiers"),
                    list("toolChoices", "none", "auto", "required"),
                    is("dropped", EXTRAS),
                    is("refused", BEYOND)),
            // Ollama. It calls tools as it likes, and ignores without a word what it does not know.
            row(
                    "ollama",
                    "/",
                    list("endpoints", "chat", "embeddings"),
                    no("tokenInputs"),
                    no("parallelToolControl"),
                    no("audio"),
                    no("files"),
                    no("logprobs"),
                    no("logitBias"),
                    no("developerRole"),
                    no("maxCompletionTokens"),
                    no("imageUrls"),
                    no("contentParts"),
                    is("maxChoices", 1),
                    none("serviceTiers"),
                    none("toolChoices"),
                    list("known", "temperature", "top_p", "reasoning"),
                    list("messageMembers", "role", "content", "reasoning", "tool_calls", "name", "tool_call_id"),
                    is("refused", BEYOND)));

    private Family() {}

    /**
     * All of them.
     *
     * @param ids for answers that come without an id
     * @param clock for waits that a backend states as a date
     */
    public static Stream<OpenAiDialect> dialects(Ids ids, InstantSource clock) {
        return ROWS.stream().map(row -> new OpenAiDialect(row.name, row.capabilities, row.healthPath, ids, clock));
    }

    private record Row(String name, @Nullable String healthPath, Capabilities capabilities) {}

    private static List<String> with(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toList();
    }

    @SafeVarargs
    private static Row row(String name, @Nullable String healthPath, Map.Entry<String, Object>... differs) {
        var overrides = new HashMap<String, Object>();
        for (var one : differs) {
            overrides.put(one.getKey(), one.getValue());
        }
        return new Row(name, healthPath, COMMON.with(overrides));
    }

    private static Map.Entry<String, Object> no(String ability) {
        return is(ability, false);
    }

    private static Map.Entry<String, Object> yes(String ability) {
        return is(ability, true);
    }

    private static Map.Entry<String, Object> none(String words) {
        return is(words, List.of());
    }

    private static Map.Entry<String, Object> list(String name, String... words) {
        return is(name, List.of(words));
    }

    private static Map.Entry<String, Object> is(String name, Object value) {
        return Map.entry(name, value);
    }
}
