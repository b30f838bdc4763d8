package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.rerank.RerankRequest;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranks over an upstream that makes embeddings and no ranks: the score of a document is the cosine of the angle between its
 * vector and the query's. The query's comes with the first part, so that no more vectors than those of a part are held.
 */
final class CosineTask implements Task, Vectors {
    private static final Set<String> KNOWN = Set.of("model", "query", "documents", "service_tier");

    private final RerankRequest request;
    private final Target target;
    private final String path;
    private final TaskMembers members;
    private final Ranks ranks;
    private final int perPart;
    private final List<VectorsAnswer> readers = new ArrayList<>(1);
    private final FloatScan scan = new FloatScan();
    private float @Nullable [] query;

    /** Vectors of documents that came before the query's. */
    private final List<Early> early = new ArrayList<>(0);

    private record Early(int document, float[] vector) {}

    /**
     * @param path of embeddings below the backend's url
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    CosineTask(RerankRequest request, Target target, String path, Ids ids) {
        this.request = request;
        this.target = target;
        this.path = path;
        this.members = new TaskMembers(
                request, request.body(), request.members(), target, Set.of("return_documents", "top_n"), KNOWN);
        this.ranks = new Ranks(request, target, ids);
        var most = target.capabilities().maxInputs();
        this.perPart = most == 0 ? texts() : Math.min(texts(), most);
    }

    /** The query and the documents. */
    private int texts() {
        return request.documents().size() + 1;
    }

    @Override
    public int parts() {
        return Math.ceilDiv(texts(), perPart);
    }

    /** One after the other: the first has the query. */
    @Override
    public int atOnce() {
        return 1;
    }

    @Override
    public Sending sending(int part) {
        var from = part * perPart;
        var to = Math.min(texts(), from + perPart);
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                ("{\"model\":" + JsonText.quote(target.upstream()) + ",\"input\":").getBytes(StandardCharsets.UTF_8));
        if (part > 0) {
            body.writeBytes(request.documents().texts(from - 1, to - 1));
        } else {
            body.write('[');
            body.writeBytes(request.query());
            if (to > 1) {
                var documents = request.documents().texts(0, to - 1);
                documents[0] = ',';
                body.writeBytes(documents);
            } else {
                body.write(']');
            }
        }
        var tier = target.tier();
        if (tier != null && tier.sent() != null) {
            body.writeBytes((",\"service_tier\":" + JsonText.quote(tier.sent())).getBytes(StandardCharsets.UTF_8));
        }
        body.write('}');
        return Sending.json(path, body.toByteArray());
    }

    @Override
    public ChatAnswer reader(int part) {
        var from = part * perPart;
        var reader = new VectorsAnswer(from, Math.min(texts(), from + perPart) - from, 0, this);
        readers.add(reader);
        return reader;
    }

    @Override
    public FloatScan scan() {
        return scan;
    }

    @Override
    public boolean wantsNumbers() {
        return true;
    }

    @Override
    public void list(int which, byte[] text, int start, int end, FloatScan numbers) {
        numbers(which, numbers.floats());
    }

    @Override
    public void numbers(int which, float[] numbers) {
        if (which == 0) {
            query = numbers;
            early.forEach(one -> ranks.add(one.document, cosine(numbers, one.vector)));
            early.clear();
        } else if (query == null) {
            early.add(new Early(which - 1, numbers));
        } else {
            ranks.add(which - 1, cosine(query, numbers));
        }
    }

    /** Of vectors of different lengths, or of nothing but zeros, it is 0. */
    static double cosine(float[] a, float[] b) {
        var product = 0d;
        var lengthA = 0d;
        var lengthB = 0d;
        for (var i = 0; i < Math.min(a.length, b.length); i++) {
            product += (double) a[i] * b[i];
            lengthA += (double) a[i] * a[i];
            lengthB += (double) b[i] * b[i];
        }
        return a.length != b.length || lengthA == 0 || lengthB == 0
                ? 0
                : Math.clamp(product / Math.sqrt(lengthA * lengthB), -1, 1);
    }

    @Override
    public Reply reply() {
        var usage = new TaskUsage();
        readers.forEach(reader -> usage.add(reader.usage()));
        return Reply.Whole.json(200, ranks.answer(usage));
    }

    @Override
    public List<String> dropped() {
        return members.dropped();
    }
}
