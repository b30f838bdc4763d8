package io.dromedary.files.url;

import io.dromedary.api.error.RefusedException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whom the gateway connects to in a caller's name: public addresses at one port, and what the operator has named.
 *
 * @param port 443, but for tests
 * @param named {@code host:port} in small letters, whatever their addresses
 */
record Permits(int port, Set<String> named) {
    static Permits of(Collection<String> named) {
        return new Permits(
                HttpsUrl.STANDARD_PORT,
                named.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * Refuses what needs nobody to be asked.
     *
     * @throws RefusedException 400 that says why
     */
    void check(HttpsUrl url) {
        if (named.contains(url.authority())) {
            return;
        }
        if (url.port() != port) {
            throw Unfetchable.because("must not name a port other than " + port + ".");
        }
        var literal = url.literal();
        if (literal != null) {
            check(url.host(), url.port(), List.of(literal));
        } else if (url.host().indexOf('.') < 0 || url.host().endsWith(".localhost")) {
            throw notPublic();
        }
    }

    /**
     * Refuses a host of which one address is not public: it is then no mistake of the reader's which of them is taken.
     *
     * @throws RefusedException 400 that says why
     */
    void check(String host, int asked, List<InetAddress> addresses) {
        if (named.contains((host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + asked)) {
            return;
        }
        if (!addresses.stream().allMatch(PublicAddresses::contain)) {
            throw notPublic();
        }
    }

    private static RefusedException notPublic() {
        return Unfetchable.because("names a host that is not on the public internet.");
    }
}
