package io.dromedary.files.url;

import io.dromedary.api.error.RefusedException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An {@code https:} URL that can be read in one way only. What two readers could take for two different hosts is refused,
 * however common it is elsewhere: names that are not plain ASCII, percent signs in a host, IPv4 addresses in any form but
 * four decimal numbers, user names, fragments.
 *
 * @param host a name in small letters, or an IPv4 address, or an IPv6 address without brackets
 * @param literal the address where the host is one
 * @param target path and query, as they were sent
 */
record HttpsUrl(String host, @Nullable InetAddress literal, int port, String target) {
    static final int STANDARD_PORT = 443;

    private static final int LONGEST = 8_192;
    private static final int LONGEST_HOST = 253;
    private static final String SCHEME = "https://";
    private static final Pattern PRINTED = Pattern.compile("[!-~&&[^\\\\\"<>^`{|}]]+");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern NUMBER_AT_END = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-f:.]{2,45}");
    private static final Pattern DOTS = Pattern.compile("/(?:\\.|%2e){1,2}(?:[/?]|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

    /**
     * Reads one; asks nobody.
     *
     * @throws RefusedException 400 that says what is wrong with it
     */
    static HttpsUrl parse(String text) {
        if (text.length() > LONGEST) {
            throw Unfetchable.because("is longer than " + LONGEST + " characters.");
        }
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Unfetchable.because("must begin with https://, and nothing else is fetched.");
        }
        if (!PRINTED.matcher(text).matches()) {
            throw Unfetchable.because("has a character that must be percent-encoded.");
        }
        if (text.indexOf('#') >= 0) {
            throw Unfetchable.because("must have no fragment.");
        }
        var end = endOfAuthority(text);
        var target = text.substring(end);
        var url = of(
                text.substring(SCHEME.length(), end).toLowerCase(Locale.ROOT),
                target.startsWith("/") ? target : "/" + target);
        if (DOTS.matcher(url.target).find() || !isUri(url.toString())) {
            throw Unfetchable.because("has a path that can be read in more ways than one.");
        }
        return url;
    }

    private static boolean isUri(String text) {
        try {
            return URI.create(text).getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Where a redirect leads; nothing is taken for granted of it. */
    HttpsUrl follow(String location) {
        try {
            return parse(URI.create(toString()).resolve(location).toString());
        } catch (IllegalArgumentException e) {
            throw Unfetchable.because("redirects to what is no URL.");
        }
    }

    /** As in {@code host:port}, an IPv6 address in brackets. */
    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    @Override
    public String toString() {
        return SCHEME + authority() + target;
    }

    private static int endOfAuthority(String text) {
        var at = SCHEME.length();
        while (at < text.length() && text.charAt(at) != '/' && text.charAt(at) != '?') {
            at++;
        }
        return at;
    }

    private static HttpsUrl of(String authority, String target) {
        if (authority.indexOf('@') >= 0) {
            throw Unfetchable.because("must not name a user: it has an @ before its path.");
        }
        if (authority.indexOf('%') >= 0) {
            throw Unfetchable.because("must write its host without percent signs.");
        }
        var colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        var port = colon < 0 ? STANDARD_PORT : port(authority.substring(colon + 1));
        var host = colon < 0 ? authority : authority.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            var literal = ipv6(host.substring(1, host.length() - 1));
            return new HttpsUrl(host.substring(1, host.length() - 1), literal, port, target);
        }
        if (host.length() > LONGEST_HOST || !NAME.matcher(host).matches()) {
            throw Unfetchable.because("must have the name of a host in plain ASCII, without a dot at its end.");
        }
        if (!NUMBER_AT_END.matcher(host).matches()) {
            return new HttpsUrl(host, null, port, target);
        }
        if (!IPV4.matcher(host).matches()) {
            throw Unfetchable.because("must write an IPv4 address as four decimal numbers.");
        }
        return new HttpsUrl(host, InetAddress.ofLiteral(host), port, target);
    }

    private static int port(String text) {
        if (!PORT.matcher(text).matches()) {
            throw Unfetchable.because("has a port that is none.");
        }
        return Integer.parseInt(text);
    }

    private static InetAddress ipv6(String text) {
        try {
            if (IPV6.matcher(text).matches()) {
                return InetAddress.ofLiteral(text);
            }
        } catch (IllegalArgumentException e) {
            // told below, with what does not even look like one
        }
        throw Unfetchable.because("has an IPv6 address that is none.");
    }
}
