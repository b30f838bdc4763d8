package io.dromedary.http;

import io.dromedary.api.Headers;
import io.dromedary.api.error.Refusal;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request that wants its connection to become a WebSocket (RFC 6455, section 4.2.1). */
final class SocketUpgrade {
    private static final String VERSION = "13";
    private static final int KEY_LENGTH = 24;

    /** Headers that are the handshake's alone. */
    private static final List<String> OWN = List.of(
            "connection",
            "upgrade",
            "x-request-id",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-protocol",
            "sec-websocket-extensions");

    private SocketUpgrade() {}

    static boolean asked(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && HttpMethod.GET.equals(request.method())
                && "websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))
                && request.getHeader(HttpHeaders.CONTENT_LENGTH) == null
                && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null;
    }

    /** Why it cannot be done, or null. */
    static @Nullable Refusal refusal(HttpServerRequest request) {
        var connection = request.getHeader(HttpHeaders.CONNECTION);
        if (!asked(request)
                || connection == null
                || !connection.toLowerCase(Locale.ROOT).contains("upgrade")) {
            return new Refusal.Http(
                    426,
                    "This is a WebSocket: ask over HTTP/1.1 with the headers Connection: Upgrade and Upgrade: websocket,"
                            + " and no body.",
                    "upgrade_required");
        }
        if (!VERSION.equals(request.getHeader("sec-websocket-version"))) {
            return new Refusal.Http(
                    426, "Send the header Sec-WebSocket-Version: " + VERSION + ".", "websocket_version_not_supported");
        }
        var key = request.getHeader("sec-websocket-key");
        return key != null && key.length() == KEY_LENGTH
                ? null
                : new Refusal.BadRequest(
                        "The header Sec-WebSocket-Key must have 16 bytes in base64.", null, "bad_handshake");
    }

    /** Headers of a refusal that say what would have been right. */
    static void describe(HttpServerRequest request, Headers headers) {
        headers.set("sec-websocket-version", VERSION);
        if (request.version() != HttpVersion.HTTP_2) {
            headers.set("upgrade", "websocket").set("connection", "Upgrade");
        }
    }

    /** The headers that each turn comes with: the handshake's, as if it had been a {@code POST} of JSON. */
    static MultiMap headers(HttpServerRequest request) {
        var headers = HttpHeaders.headers().addAll(request.headers());
        OWN.forEach(headers::remove);
        return headers.set(HttpHeaders.CONTENT_TYPE, "application/json").set(HttpHeaders.ACCEPT, "text/event-stream");
    }
}
