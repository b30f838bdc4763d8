package io.dromedary.backend;

import io.dromedary.api.ServiceTier;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The service tier that serves a call at one backend: the word for it that the backend is sent, and the one that the
 * answer reports.
 *
 * @param serving never {@code auto}
 * @param sent as {@code service_tier} of the upstream request; null where the backend is told nothing
 * @param readsBack what the backend reports decides: it has tiers of its own
 * @param words of the backend for our tiers, where its file has some
 * @param openAiWords {@code over-limit} and {@code no-limit} are reported as {@code default}
 */
public record ServedTier(
        ServiceTier serving,
        @Nullable String sent,
        boolean readsBack,
        Map<ServiceTier, String> words,
        boolean openAiWords) {

    /** What providers call the tier that everybody has. */
    private static final Set<String> USUAL = Set.of("standard", "standard_only", "on_demand");

    /**
     * The tier at one backend.
     *
     * @param serving what the gateway serves the call as
     * @param asked the caller's own word, or null
     * @param can of the backend
     * @param words of the backend's file: what it calls a tier of ours
     */
    public static ServedTier of(
            ServiceTier serving,
            @Nullable String asked,
            Capabilities can,
            Map<ServiceTier, String> words,
            boolean openAiWords) {
        var sent = sent(serving, asked, can, words);
        // a backend that was told nothing of a tier that is ours alone cannot say how that went
        var readsBack = sent != null
                || serving == ServiceTier.DEFAULT && !can.serviceTiers().isEmpty();
        return new ServedTier(serving, sent, readsBack, words, openAiWords);
    }

    private static @Nullable String sent(
            ServiceTier serving, @Nullable String asked, Capabilities can, Map<ServiceTier, String> words) {
        var configured = words.get(serving);
        if (configured != null) {
            return configured;
        }
        if ((serving == ServiceTier.FLEX || serving == ServiceTier.PRIORITY)
                && can.serviceTiers().contains(serving.word())) {
            return serving.word();
        }
        return asked != null && can.serviceTiers().contains(asked) ? asked : null;
    }

    /** The answer's {@code service_tier}, where the backend said nothing of its own. */
    public String reported() {
        return openAiWords && (serving == ServiceTier.OVER_LIMIT || serving == ServiceTier.NO_LIMIT)
                ? ServiceTier.DEFAULT.word()
                : serving.word();
    }

    /**
     * The answer's {@code service_tier}.
     *
     * @param upstream what the backend reports
     */
    public String reported(String upstream) {
        if (!readsBack || serving == ServiceTier.OVER_LIMIT || serving == ServiceTier.NO_LIMIT) {
            return reported();
        }
        // two tiers of ours may go by one word of theirs: it is then the one that was meant
        if (upstream.equals(words.get(serving))) {
            return serving.word();
        }
        for (var word : words.entrySet()) {
            if (word.getValue().equals(upstream)) {
                return word.getKey().word();
            }
        }
        if (USUAL.contains(upstream)) {
            return ServiceTier.DEFAULT.word();
        }
        // auto is what was asked for; it says nothing of what became of it
        return upstream.isEmpty() || upstream.equals(ServiceTier.AUTO.word()) ? reported() : upstream;
    }
}
