package io.dromedary.api.rerank;

import io.dromedary.api.Endpoint;
import io.dromedary.api.ModelName;
import io.dromedary.api.ModelRequest;
import io.dromedary.api.json.Members;
import org.jspecify.annotations.Nullable;

/** A request to rank documents by a query, read once and found sound: the bytes as they came, and where its documents stand. */
public final class RerankRequest implements ModelRequest {
    /** The most documents that one request may have. */
    public static final int MOST_DOCUMENTS = 10_000;

    private final byte[] body;
    private final Members members;
    private final ModelName model;
    private final Documents documents;
    private final Options options;

    RerankRequest(byte[] body, Members members, ModelName model, Documents documents, Options options) {
        this.body = body;
        this.members = members;
        this.model = model;
        this.documents = documents;
        this.options = options;
    }

    /** The members that the gateway itself acts on, with their defaults where they are absent. */
    record Options(
            int topN, boolean returnDocuments, @Nullable String serviceTier) {}

    @Override
    public Endpoint endpoint() {
        return Endpoint.RERANK;
    }

    @Override
    public ModelName model() {
        return model;
    }

    @Override
    public @Nullable String serviceTier() {
        return options.serviceTier();
    }

    @Override
    public long textBytes() {
        return body.length;
    }

    /** The request as it came, UTF-8 JSON, less a byte-order mark. Not to be changed in place. */
    public byte[] body() {
        return body;
    }

    /** The top-level members of {@link #body()}. */
    public Members members() {
        return members;
    }

    /** What is ranked. */
    public Documents documents() {
        return documents;
    }

    /** The query as a JSON string, as it stands. */
    public byte[] query() {
        return raw("query");
    }

    /** How many of the best are wanted, at most as many as there are documents. */
    public int topN() {
        return options.topN() == 0 ? documents.size() : Math.min(options.topN(), documents.size());
    }

    /** Each rank comes with its document. */
    public boolean returnDocuments() {
        return options.returnDocuments();
    }

    private byte[] raw(String member) {
        var index = members.find(member);
        return Documents.slice(body, members.valueStart(index), members.valueEnd(index));
    }
}
