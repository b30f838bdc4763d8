package io.dromedary.api.rerank;

import io.dromedary.api.ModelName;
import io.dromedary.api.chat.ModelCheck;
import io.dromedary.api.chat.ServiceTierCheck;
import io.dromedary.api.embeddings.EmbeddingsRequestReader;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a request for ranks in one pass over its bytes. Null stands for absent wherever a member is optional;
 * members that the contract does not know are left to the backends.
 */
public final class RerankRequestReader {
    private final Cursor at;

    private @Nullable ModelName model;
    private boolean querySeen;
    private boolean documentsSeen;
    private int topN;
    private boolean returnDocuments = true;
    private @Nullable String serviceTier;
    private int[] spans = new int[32];
    private int used;

    private RerankRequestReader(Cursor at) {
        this.at = at;
    }

    /**
     * Reads a request.
     *
     * @param body the whole body as the client sent it
     * @throws RefusedException 400 with the {@code param} that is wrong and how to mend it; broken JSON names line and column
     */
    public static RerankRequest read(byte[] body) {
        try (var at = Cursor.open(body)) {
            return new RerankRequestReader(at).request();
        }
    }

    private RerankRequest request() {
        var members = at.members(this::member);
        at.finish();
        if (model == null) {
            throw Faults.missing("model");
        }
        if (!querySeen) {
            throw Faults.missing("query");
        }
        if (!documentsSeen) {
            throw Faults.missing("documents");
        }
        return new RerankRequest(
                at.body(),
                members,
                model,
                new Documents(at.body(), Arrays.copyOf(spans, used)),
                new RerankRequest.Options(topN, returnDocuments, serviceTier));
    }

    private void member(String name) {
        switch (name) {
            case "model" -> model = ModelCheck.read(at);
            case "query" -> {
                at.filled();
                querySeen = true;
            }
            case "documents" -> {
                documents();
                documentsSeen = true;
            }
            case "top_n" -> topN = (int) at.integer(1, Integer.MAX_VALUE);
            case "return_documents" -> returnDocuments = at.bool();
            case "truncate" -> at.bool();
            case "truncation_direction" -> at.oneOf(EmbeddingsRequestReader.DIRECTIONS);
            case "stream" -> noStream();
            case "user" -> at.string();
            case "service_tier" -> serviceTier = ServiceTierCheck.read(at);
            default -> at.skip();
        }
    }

    private void noStream() {
        if (at.bool()) {
            throw Faults.at("stream", "unsupported_value", "'%s' is not possible here: ranks come as a whole.");
        }
    }

    private void documents() {
        var path = at.path();
        at.beginArray("an array of strings, or of objects with a text");
        var count = 0;
        while (at.element()) {
            document();
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(path);
        }
        if (count > RerankRequest.MOST_DOCUMENTS) {
            throw Faults.longArray(path, RerankRequest.MOST_DOCUMENTS, count);
        }
    }

    private void document() {
        var start = at.start();
        if (at.atString()) {
            at.string();
            var end = at.end();
            add(start, end, start, end);
            return;
        }
        if (!at.atObject()) {
            throw at.wrongType("a string or an object with a text");
        }
        var path = at.path();
        var textStart = -1;
        var textEnd = -1;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            if (name.equals("text")) {
                textStart = at.start();
                at.string();
                textEnd = at.end();
            } else {
                at.skip();
            }
        }
        if (textStart < 0) {
            throw Faults.at(
                    path + ".text",
                    "missing_required_parameter",
                    "Missing required parameter: '%s'. Documents are ranked by their text.");
        }
        add(start, at.end(), textStart, textEnd);
    }

    private void add(int start, int end, int textStart, int textEnd) {
        if (used + 4 > spans.length) {
            spans = Arrays.copyOf(spans, spans.length * 2);
        }
        spans[used++] = start;
        spans[used++] = end;
        spans[used++] = textStart;
        spans[used++] = textEnd;
    }
}
