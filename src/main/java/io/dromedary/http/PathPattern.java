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
 */
record PathPattern(String text, String prefix, String[] segments) {
    static PathPattern of(String path) {
        var text = path.startsWith("/") ? path : "/" + path;
        var open = text.indexOf('{');
        return new PathPattern(
                text,
                open < 0 ? text : text.substring(0, open),
                text.substring(1).split("/", -1));
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
        var at = 1;
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
            parameters.put(name, URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
            return parameters;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
