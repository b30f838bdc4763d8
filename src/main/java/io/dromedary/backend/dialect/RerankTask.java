package io.dromedary.backend.dialect;

import io.dromedary.api.Ids;
import io.dromedary.api.Reply;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.rerank.RerankRequest;
import io.dromedary.backend.ChatAnswer;
import io.dromedary.backend.Sending;
import io.dromedary.backend.Target;
import io.dromedary.backend.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ranks over an upstream that makes them as Jina does, and with it vLLM, Cohere, Scaleway, Together and others. Documents
 * are sent as texts and given back here; more of them than it takes are ranked in parts, which their scores allow.
 */
final class RerankTask implements Task {
    private static final int AT_ONCE = 4;
    private static final Set<String> OWN = Set.of("return_documents", "top_n");

    private final RerankRequest request;
    private final Target target;
    private final String path;
    private final TaskMembers members;
    private final Wire wire;
    private final Parts parts;
    private final Ranks ranks;
    private final List<RanksAnswer> readers = new ArrayList<>(1);

    /** How a backend is asked. */
    interface Wire {
        /** As Jina and most others. */
        Wire USUAL = (members, texts, topN) -> {
            var edits = members.edits().set("documents", texts);
            if (topN > 0) {
                edits.set("top_n", Integer.toString(topN));
            }
            return edits.toBytes();
        };

        /**
         * The body of a request.
         *
         * @param texts a JSON list of strings
         * @param topN how many ranks are wanted, 0 for all
         */
        byte[] body(TaskMembers members, byte[] texts, int topN);
    }

    /** How documents are split. */
    record Parts(int size, int perPart) {
        static Parts of(RerankRequest request, Target target) {
            var size = request.documents().size();
            var most = target.capabilities().maxInputs();
            return new Parts(size, most == 0 ? size : Math.min(size, most));
        }

        int count() {
            return Math.ceilDiv(size, perPart);
        }

        int from(int part) {
            return part * perPart;
        }

        int to(int part) {
            return Math.min(size, from(part + 1));
        }

        int size(int part) {
            return to(part) - from(part);
        }
    }

    /**
     * @param path of ranks below the backend's url
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    RerankTask(RerankRequest request, Target target, String path, Ids ids) {
        this(request, target, path, ids, Wire.USUAL, null);
    }

    /**
     * @param known as of {@link TaskMembers}
     * @throws RefusedException as above
     */
    RerankTask(RerankRequest request, Target target, String path, Ids ids, Wire wire, @Nullable Set<String> known) {
        this.request = request;
        this.target = target;
        this.path = path;
        this.members = new TaskMembers(request, request.body(), request.members(), target, OWN, known);
        this.wire = wire;
        this.parts = Parts.of(request, target);
        this.ranks = new Ranks(request, target, ids);
    }

    @Override
    public int parts() {
        return parts.count();
    }

    @Override
    public int atOnce() {
        return AT_ONCE;
    }

    @Override
    public Sending sending(int part) {
        var texts = request.documents().texts(parts.from(part), parts.to(part));
        return Sending.json(path, wire.body(members, texts, isCut(part) ? request.topN() : 0));
    }

    /** Not all ranks of that part are wanted, and the backend can be told. */
    private boolean isCut(int part) {
        return target.capabilities().topN() && request.topN() < parts.size(part);
    }

    @Override
    public ChatAnswer reader(int part) {
        var wanted = isCut(part) ? request.topN() : parts.size(part);
        var reader = new RanksAnswer(parts.from(part), parts.size(part), wanted, ranks);
        readers.add(reader);
        return reader;
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
