package io.dromedary.backend;

import java.net.URI;
import java.util.Map;

/** Signs the requests of one backend, where a constant header does not do. Called on event loops: it only computes. */
@FunctionalInterface
public interface Signer {
    /**
     * The headers that sign one request.
     *
     * @param url as it is asked for, escaped
     * @param contentType that is sent with it
     */
    Map<String, String> sign(String method, URI url, String contentType, byte[] body);
}
