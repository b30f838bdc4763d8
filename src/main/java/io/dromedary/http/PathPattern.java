package io.dromedary.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The path of a route: literal segments, {@code {name}} for one segment, and {@code {name...}} at the end for all that
 * follows, slashes included (model ids have them).
 *
 * @param prefix what every path of it begins with: most others are told by that
 * @param segments what follows
 */
record PathPattern(String text, String prefix, String[] segments) {
    static PathPattern of(String path) {
        var text = path.startsWith("/") ? path : "/" + path;
        var open = text.indexOf('{');
        var prefix = open < 0 ? text : text.substring(0, text.lastIndexOf('/', open) + 1);
        return new PathPattern(text, prefix, text.substring(prefix.length()).split("/", -1));
    }

    boolean literal() {
        return text.indexOf('{') < 0;
    }

    /** The parameters by name, percent-decoded, or null where the path does not match. */
    @Nullable
    Map<String, String> match(String path) {
        if (!path.startsWith(prefix)) {
            return null;
        }
        var parameters = new LinkedHashMap<String, String>();
        var at = prefix.length();
        for (var segment : segments) {
            if (at > path.length()) {
                return null;
            }
            if (segment.endsWith("...}")) {
                var rest = path.substring(at);
                return rest.isEmpty() ? null : with(parameters, segment.substring(1, segment.length() - 4), rest);
            }
            var slash = path.indexOf('/', at);
            var end = slash < 0 ? path.length() : slash;
            var actual = path.substring(at, end);
            if (segment.startsWith("{")) {
                if (actual.isEmpty()) {
                    return null;
                }
                if (with(parameters, segment.substring(1, segment.length() - 1), actual) == null) {
                    return null;
                }
            } else if (!segment.equals(actual)) {
                return null;
            }
            at = end + 1;
        }
        return at > path.length() ? parameters : null;
    }

    private static @Nullable Map<String, String> with(Map<String, String> parameters, String name, String raw) {
        try {
            // ids are nearly always as they are written
            var decoded =
                    raw.indexOf('%') < 0 ? raw : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
            parameters.put(name, decoded);
            return parameters;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
