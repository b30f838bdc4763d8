package io.dromedary.tier.ledger;

import io.dromedary.api.Media;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.Usage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Guesses what a call will need before it goes out, by what backends have reported of each model: how many bytes of a
 * request make a token, and how long answers are. Thread-safe.
 */
public final class TokenEstimator {
    /** Models that get figures of their own; the rest share theirs. */
    static final int MOST_MODELS = 1000;

    private final ConcurrentHashMap<String, Figures> models = new ConcurrentHashMap<>();
    private final Figures rest;
    private final Start start;

    /**
     * Where every model begins.
     *
     * @param bytesPerToken of a request
     * @param answer tokens of one
     * @param mostAnswer tokens that are reserved for one at most, however many the caller allows: clients send the most that
     *     a model can, and rarely get it
     */
    public record Start(double bytesPerToken, double answer, int mostAnswer) {
        public static final Start DEFAULT = new Start(Usage.BYTES_PER_TOKEN, 256, 8192);
    }

    public TokenEstimator(Start start) {
        this.start = start;
        this.rest = new Figures(start);
    }

    /** Of a request: its whole text, what it carries, and the answer that it allows. */
    public Estimate estimate(ModelRequest asked) {
        var guess =
                estimate(asked.model().value(), asked.textBytes(), asked.media(), asked.maxTokens(), asked.choices());
        return asked.countedTokens() == 0 && asked.calls() == 1
                ? guess
                : new Estimate(guess.prompt() + asked.countedTokens(), guess.completion(), asked.calls());
    }

    /**
     * @param textBytes of the request, less its media
     * @param maxTokens of each choice, 0 where the caller gave none: then answers are taken to be as long as they are on
     *     average
     * @param choices how many answers are wanted, 0 where nothing is written at all
     */
    public Estimate estimate(String model, long textBytes, Media media, int maxTokens, int choices) {
        var figures = models.getOrDefault(model, rest);
        var prompt = Math.max(1, figures.tokens(textBytes)) + MediaTokens.of(media);
        var answer = Math.min(start.mostAnswer(), maxTokens > 0 ? maxTokens : figures.answer());
        return new Estimate(prompt, answer * choices);
    }

    /** Takes in what a backend has reported of a whole answer. */
    public void learn(ModelRequest asked, Usage reported) {
        var bytes = asked.media().none() && asked.countedTokens() == 0 ? asked.textBytes() : 0;
        learn(asked.model().value(), bytes, reported, asked.choices());
    }

    /**
     * @param textBytes of the request, 0 where it held more than text
     * @param choices how many answers that was
     */
    public void learn(String model, long textBytes, Usage reported, int choices) {
        figures(model).learn(textBytes, reported.prompt(), choices == 0 ? 0 : reported.completion() / choices);
    }

    private Figures figures(String model) {
        var known = models.get(model);
        if (known != null) {
            return known;
        }
        return models.size() >= MOST_MODELS ? rest : models.computeIfAbsent(model, any -> new Figures(start));
    }

    /** Those of one model. Of two that report at the same moment one may go unheard. */
    private static final class Figures {
        private static final double PRIOR_TOKENS = 2000;
        private static final double MOST_TOKENS = 10_000;
        private static final double PROMPTS = 64;
        private static final double ANSWERS = 32;
        private static final double FEWEST_BYTES = 1;
        private static final double MOST_BYTES = 16;

        /** Sums that fade. Large prompts weigh more, for the JSON around a small one says little of the text. */
        private record Sums(double bytes, double tokens, double answer) {}

        private final AtomicReference<Sums> sums;

        Figures(Start start) {
            sums = new AtomicReference<>(new Sums(start.bytesPerToken() * PRIOR_TOKENS, PRIOR_TOKENS, start.answer()));
        }

        void learn(long promptBytes, long promptTokens, long answerTokens) {
            var before = sums.get();
            var bytes = before.bytes;
            var tokens = before.tokens;
            if (promptBytes > 0 && promptTokens > 0) {
                var weight = Math.min(1, MOST_TOKENS / promptTokens);
                bytes += weight * promptBytes - bytes / PROMPTS;
                tokens += weight * promptTokens - tokens / PROMPTS;
            }
            var answer = answerTokens > 0 ? before.answer + (answerTokens - before.answer) / ANSWERS : before.answer;
            sums.compareAndSet(before, new Sums(bytes, tokens, answer));
        }

        long tokens(long textBytes) {
            var now = sums.get();
            return (long) Math.ceil(textBytes / Math.clamp(now.bytes / now.tokens, FEWEST_BYTES, MOST_BYTES));
        }

        long answer() {
            return (long) Math.ceil(sums.get().answer);
        }
    }
}
