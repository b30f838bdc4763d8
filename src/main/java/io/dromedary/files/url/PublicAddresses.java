package io.dromedary.files.url;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.stream.Stream;

/**
 * Which addresses belong to the public internet: none that the registries of special addresses list (IANA, RFC 6890 and
 * later), and none in which a cloud serves its machines alone. Of IPv6 what is not global unicast is out as a whole, and with
 * it every form that carries an IPv4 address inside.
 */
final class PublicAddresses {
    private static final Range GLOBAL_UNICAST = Range.of("2000::/3");

    private static final Range[] SPECIAL = ranges(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by the customers of a provider
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // Azure's own, for its machines
            "169.254.0.0/16", // link-local, and the metadata of clouds
            "172.16.0.0/12", // private
            "192.0.0.0/24", // of protocols
            "192.0.2.0/24", // documentation
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // relays of 6to4
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarking
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            "2001::/23", // of protocols: Teredo, ORCHID, benchmarking
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48", // AS112
            "3fff::/20"); // documentation

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        if (!(address instanceof Inet4Address) && !GLOBAL_UNICAST.contains(address)) {
            return false;
        }
        for (var range : SPECIAL) {
            if (range.contains(address)) {
                return false;
            }
        }
        return true;
    }

    private static Range[] ranges(String... texts) {
        return Stream.of(texts).map(Range::of).toArray(Range[]::new);
    }

    /** Addresses whose first bits are the same. */
    private record Range(byte[] prefix, int bits) {
        static Range of(String text) {
            var slash = text.indexOf('/');
            return new Range(
                    InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
                    Integer.parseInt(text.substring(slash + 1)));
        }

        boolean contains(InetAddress address) {
            var bytes = address.getAddress();
            if (bytes.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                var mask = 0x80 >> (bit & 7);
                if ((bytes[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
