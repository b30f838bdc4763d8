package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.rerank.RerankRequest;
import io.dromedary.backend.Target;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The ranks of one answer, and the answer that is made of them: the best first, of equals the one that came first. */
final class Ranks {
    private static final Comparator<Rank> BEST_FIRST =
            Comparator.<Rank>comparingDouble(rank -> -rank.score).thenComparingInt(rank -> rank.index);

    private record Rank(int index, double score, String written) {}

    private final RerankRequest request;
    private final Target target;
    private final Ids ids;
    private final List<Rank> ranks = new ArrayList<>();

    Ranks(RerankRequest request, Target target, Ids ids) {
        this.request = request;
        this.target = target;
        this.ids = ids;
    }

    /**
     * Adds one.
     *
     * @param index of its document in the request
     * @param written the score as the backend writes it
     */
    void add(int index, double score, String written) {
        ranks.add(new Rank(index, score, written));
    }

    void add(int index, double score) {
        add(index, score, Double.toString(score));
    }

    /** The whole answer. */
    byte[] answer(TaskUsage usage) {
        ranks.sort(BEST_FIRST);
        var out = new ByteArrayOutputStream(256 + 64 * ranks.size());
        write(out, "{\"id\":" + JsonText.quote(ids.next("rerank-")) + ",\"results\":[");
        var count = Math.min(request.topN(), ranks.size());
        for (var i = 0; i < count; i++) {
            var rank = ranks.get(i);
            write(out, (i == 0 ? "" : ",") + "{\"index\":" + rank.index + ",\"relevance_score\":" + rank.written);
            if (request.returnDocuments()) {
                write(out, ",\"document\":");
                request.documents().writeTo(out, rank.index);
            }
            out.write('}');
        }
        out.write(']');
        usage.writeEnd(target, 0, out);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String ascii) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
