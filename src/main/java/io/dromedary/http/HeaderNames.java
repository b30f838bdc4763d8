package io.dromedary.http;

import io.vertx.core.http.HttpHeaders;
import java.util.concurrent.ConcurrentHashMap;

/** Names of headers as they go out. A reply has a dozen, always the same: each is hashed and turned into bytes once. */
final class HeaderNames {
    /** Far more than the gateway has; an operator's steps may make names up. */
    private static final int MOST = 256;

    private static final ConcurrentHashMap<String, CharSequence> KNOWN = new ConcurrentHashMap<>();

    private HeaderNames() {}

    static CharSequence of(String name) {
        var known = KNOWN.get(name);
        if (known != null) {
            return known;
        }
        if (KNOWN.size() >= MOST) {
            return name;
        }
        return KNOWN.computeIfAbsent(name, HttpHeaders::createOptimized);
    }
}
