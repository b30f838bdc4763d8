package io.dromedary.jobs.batch;

import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;

/** The endpoints that batches are made for. */
enum BatchEndpoint {
    CHAT_COMPLETIONS("/v1/chat/completions", true),
    RESPONSES("/v1/responses", true),
    EMBEDDINGS("/v1/embeddings", false),
    TRANSCRIPTIONS("/v1/audio/transcriptions", false);

    private final String path;
    private final boolean served;

    BatchEndpoint(String path, boolean served) {
        this.path = path;
        this.served = served;
    }

    static boolean isResponses(String path) {
        return RESPONSES.path.equals(path);
    }

    /**
     * The endpoint of that path.
     *
     * @param param where it stands
     * @throws io.dromedary.api.error.RefusedException 400 where it is none, or none yet
     */
    static String check(String path, String param) {
        var known = new ArrayList<String>();
        for (var endpoint : values()) {
            if (endpoint.path.equals(path) && !endpoint.served) {
                throw Faults.at(
                        param, "invalid_value", "Batches over " + path + " are not served here yet. Invalid '%s'.");
            }
            if (endpoint.path.equals(path)) {
                return path;
            }
            if (endpoint.served) {
                known.add(endpoint.path);
            }
        }
        throw Faults.unsupported(param, path, List.copyOf(known));
    }
}
