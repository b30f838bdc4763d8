package io.dromedary.backend.dialect;

import io.dromedary.api.Usage;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.TaskAnswer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads ranks in every shape that is about: {@code results} of Jina, vLLM, Cohere and their like, {@code data}, and the bare
 * list of TEI and SGLang; a score is {@code relevance_score} or {@code score}.
 */
final class RanksAnswer extends TaskAnswer {
    private final int first;
    private final int count;
    private final int wanted;
    private final Ranks to;
    private final BitSet seen;
    private boolean error;
    private boolean answered;

    /**
     * @param first of the documents that were sent, counted over all parts
     * @param count of the documents that were sent
     * @param wanted how many ranks were asked for
     */
    RanksAnswer(int first, int count, int wanted, Ranks to) {
        this.first = first;
        this.count = count;
        this.wanted = wanted;
        this.to = to;
        this.seen = new BitSet(count);
    }

    @Override
    protected void read(UnaryOperator<@Nullable String> headers, byte[] body) {
        var walk = new JsonWalk(body);
        if (walk.at('[')) {
            ranks(body, walk);
        } else if (walk.object()) {
            while (walk.member()) {
                if (walk.named("results") || walk.named("data")) {
                    ranks(body, walk);
                } else if (walk.named("usage")) {
                    counted(TaskUsage.read(walk));
                } else {
                    error |= walk.named("error") && !walk.at('n');
                    walk.skip();
                }
            }
        }
        if (usage() == null) {
            counted(told(headers.apply("x-compute-tokens")));
        }
        if (walk.broken()) {
            lose(new AttemptFailure.Broken("an answer that is no JSON"));
        } else if (!answered) {
            lose(
                    error
                            ? UpstreamError.inStream(body, 0, body.length)
                            : new AttemptFailure.Broken("an answer without ranks"));
        } else if (seen.cardinality() < wanted) {
            lose(new AttemptFailure.Broken(seen.cardinality() + " ranks for " + wanted + " documents"));
        }
    }

    /** TEI counts tokens in a header. */
    private static @Nullable Usage told(@Nullable String tokens) {
        try {
            return tokens == null ? null : new Usage(Math.max(0, Long.parseLong(tokens)), 0);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private void ranks(byte[] body, JsonWalk walk) {
        if (!walk.list()) {
            return;
        }
        answered = true;
        while (walk.element()) {
            if (walk.object()) {
                rank(body, walk);
            }
        }
    }

    /** An exponent that makes nothing of a number may be larger than a client can read. */
    private static boolean isTooSmall(double score, String written) {
        return score == 0 && (written.indexOf('e') >= 0 || written.indexOf('E') >= 0);
    }

    private void rank(byte[] body, JsonWalk walk) {
        var index = -1L;
        @Nullable String written = null;
        while (walk.member()) {
            if (walk.named("index")) {
                index = walk.integer();
            } else if (walk.named("relevance_score") || walk.named("score")) {
                var start = walk.skip();
                written = new String(body, start, walk.position() - start, StandardCharsets.UTF_8);
            } else {
                walk.skip();
            }
        }
        if (walk.broken() || written == null || index < 0 || index >= count || seen.get((int) index)) {
            return;
        }
        try {
            var score = Double.parseDouble(written);
            if (Double.isFinite(score)) {
                seen.set((int) index);
                to.add(first + (int) index, score, isTooSmall(score, written) ? "0" : written);
            }
        } catch (NumberFormatException e) {
            // a score that is no number is as good as none
        }
    }
}
