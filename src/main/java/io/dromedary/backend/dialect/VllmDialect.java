package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.backend.Capabilities;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * vLLM's OpenAI-compatible server. It takes unknown members without a word and ignores them, so what it would ignore is
 * dropped and named, or refused where that would change the answer.
 */
public final class VllmDialect extends OpenAiDialect {
    /** As of vLLM 0.32. Images and audio depend on the model; whether tools work depends on how it was started. */
    public static final Capabilities CAPABILITIES = Capabilities.OPENAI.with(Map.of(
            "customTools", false,
            "files", false,
            "topPZero", false,
            "developerRole", false,
            "serviceTiers", List.of(),
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
                            "verbosity"),
            "refused", List.of("audio", "functions", "function_call", "web_search_options", "moderation")));

    public VllmDialect(Ids ids, InstantSource clock) {
        super("vllm", CAPABILITIES, "/health", ids, clock);
    }
}
