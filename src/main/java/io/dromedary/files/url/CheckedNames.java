package io.dromedary.files.url;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Finds the addresses that are connected to, and those alone: a name is asked for once for each connection, and what was
 * found is what was checked.
 */
record CheckedNames(Names names, Supplier<Permits> permits) implements DnsResolver {
    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        var addresses = names.find(host);
        permits.get().check(host, port, List.of(addresses));
        return Stream.of(addresses)
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    /** Without a port it is nowhere that the operator may have named. */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        return resolve(host, 0).stream().map(InetSocketAddress::getAddress).toArray(InetAddress[]::new);
    }

    /** Nobody needs it, and it would ask once more. */
    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
