package io.dromedary.backend;

import java.net.URI;
import java.time.Duration;

/**
 * Where connections go.
 *
 * @param host name or address, an IPv6 address without its brackets
 * @param connect until a connection stands, TLS included
 */
record Origin(String host, int port, boolean tls, Duration connect) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static Origin of(URI url, Duration connect) {
        var tls = "https".equals(url.getScheme());
        var host = url.getHost();
        return new Origin(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                url.getPort() >= 0 ? url.getPort() : tls ? HTTPS : HTTP,
                tls,
                connect);
    }

    /** On the path of every call, where the connect time-out hardly ever tells two apart. */
    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    /** As the {@code Host} header names it. */
    String authority() {
        var name = host.contains(":") ? "[" + host + "]" : host;
        return port == (tls ? HTTPS : HTTP) ? name : name + ":" + port;
    }
}
