package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.dialect.audio.SpeechWire;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * vLLM's OpenAI-compatible server. It takes unknown members without a word and ignores them, so what it would ignore is
 * dropped and named, or refused where that would change the answer.
 */
public final class VllmDialect extends OpenAiDialect {
    /** As of vLLM 0.32. Images and audio depend on the model; whether tools work depends on how it was started. */
    public static final Capabilities CAPABILITIES = Capabilities.OPENAI
            .with(Map.of(
                    "endpoints",
                    List.of("chat", "embeddings", "rerank", "transcriptions", "translations"),
                    "customTools",
                    false,
                    "files",
                    false,
                    "topPZero",
                    false,
                    "developerRole",
                    false,
                    "serviceTiers",
                    List.of(),
                    "dropped",
                    List.of(
                            "user",
                            "metadata",
                            "store",
                            "safety_identifier",
                            "prompt_cache_key",
                            "prompt_cache_retention",
                            "prompt_cache_options",
                            "prediction",
                            "verbosity",
                            "truncation_direction",
                            "languages",
                            "keywords",
                            "chunking_strategy",
                            "known_speaker_names",
                            "known_speaker_references"),
                    "refused",
                    List.of(
                            "audio",
                            "functions",
                            "function_call",
                            "web_search_options",
                            "moderation",
                            "truncate",
                            "include",
                            "diarization")))
            .with(Map.of("transcripts", List.of("json", "verbose_json"), "timestamps", List.of("segment")));

    public VllmDialect(Ids ids, InstantSource clock) {
        super("vllm", CAPABILITIES, "/health", ids, clock);
    }

    @Override
    protected SpeechWire speechWire() {
        return SpeechWire.VLLM;
    }
}
