package io.dromedary.backend.dialect.blocks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.Fitting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is left of a chat request for a dialect of blocks to translate.
 *
 * @param members without those that do not fit the backend, and without nulls; the translator's to change
 * @param told names of members that were left out, as the caller knows them; the translator's to add to
 */
public record FittedBody(ObjectNode members, List<String> told) {
    /** What chat over blocks can do, whoever serves it. */
    public static final Capabilities CAPABILITIES = Capabilities.OPENAI.with(Map.ofEntries(
            Map.entry("endpoints", List.of("chat")),
            Map.entry("customTools", false),
            Map.entry("audio", false),
            Map.entry("logprobs", false),
            Map.entry("maxTopLogprobs", 0),
            Map.entry("logitBias", false),
            Map.entry("penalties", false),
            Map.entry("zeroPenalties", false),
            Map.entry("seed", false),
            Map.entry("stopAsString", false),
            Map.entry("maxChoices", 1),
            Map.entry("developerRole", false),
            Map.entry("maxCompletionTokens", false),
            Map.entry("serviceTiers", List.of()),
            Map.entry(
                    "dropped",
                    List.of(
                            "store",
                            "metadata",
                            "prompt_cache_key",
                            "prompt_cache_retention",
                            "prompt_cache_options",
                            "prediction",
                            "verbosity")),
            Map.entry(
                    "refused",
                    List.of("functions", "function_call", "web_search_options", "search_parameters", "moderation"))));

    /** Members of chat that every dialect of blocks translates, or that nothing is left to do about. */
    public static final Set<String> TRANSLATED = Set.of(
            "model",
            "messages",
            "stream",
            "stream_options",
            "max_tokens",
            "max_completion_tokens",
            "temperature",
            "top_p",
            "stop",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "reasoning_effort",
            "service_tier",
            "n",
            "modalities");

    /** @throws io.dromedary.api.error.RefusedException 400 with the {@code param} that this backend cannot honour */
    public static FittedBody of(ChatRequest request, Target target) {
        var fitting = Fitting.of(request, target);
        var told = new ArrayList<>(fitting.named());
        var members = request.tree();
        members.remove(told);
        members.remove(fitting.silent());
        members.properties().removeIf(member -> member.getValue().isNull());
        return new FittedBody(members, told);
    }
}
