package io.dromedary.jobs.batch;

import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;

/** The endpoints that batches are made for. */
enum BatchEndpoint {
    CHAT_COMPLETIONS("/v1/chat/completions"),
    RESPONSES("/v1/responses"),
    EMBEDDINGS("/v1/embeddings"),
    RERANK("/v1/rerank"),
    TRANSCRIPTIONS("/v1/audio/transcriptions");

    private final String path;

    BatchEndpoint(String path) {
        this.path = path;
    }

    /** Its model writes, so that it can be told how. */
    static boolean writes(String path) {
        return CHAT_COMPLETIONS.path.equals(path) || RESPONSES.path.equals(path);
    }

    static boolean isResponses(String path) {
        return RESPONSES.path.equals(path);
    }

    /**
     * The endpoint of that path.
     *
     * @param param where it stands
     * @throws io.dromedary.api.error.RefusedException 400 where it is none
     */
    static String check(String path, String param) {
        var known = new ArrayList<String>();
        for (var endpoint : values()) {
            if (endpoint.path.equals(path)) {
                return path;
            }
            known.add(endpoint.path);
        }
        throw Faults.unsupported(param, path, List.copyOf(known));
    }
}
