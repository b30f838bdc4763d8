package io.dromedary.backend;

import io.dromedary.api.Content;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to an upstream, spelled out.
 *
 * @param path below the backend's {@code url}, with its query; null for the dialect's chat path
 * @param headers beside those that each request to this backend has, before which they go
 * @param body as it goes on the wire
 * @param contentType of the body
 * @param rest what comes after that, or null where that is all
 */
public record Sending(
        @Nullable String path,
        Map<String, String> headers,
        byte[] body,
        String contentType,
        @Nullable Rest rest) {
    private static final String JSON = "application/json";

    /**
     * The rest of a body that is never held as a whole. It is read from its beginning each time that it is sent.
     *
     * @param end comes after the content
     */
    public record Rest(Content content, byte[] end) {
        long length() {
            return content.length() + end.length;
        }
    }

    public Sending(@Nullable String path, Map<String, String> headers, byte[] body, String contentType) {
        this(path, headers, body, contentType, null);
    }

    /** A JSON body for a path below the backend's {@code url}. */
    public static Sending json(String path, byte[] body) {
        return new Sending(path, Map.of(), body, JSON);
    }
}
