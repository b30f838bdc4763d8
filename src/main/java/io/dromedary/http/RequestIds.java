package io.dromedary.http;

import io.dromedary.api.Ids;
import org.jspecify.annotations.Nullable;

/** {@code x-request-id}: the client's own where it can safely stand in headers and logs, else a fresh one. */
final class RequestIds {
    private static final int LONGEST = 128;

    private RequestIds() {}

    static String keepOrMake(@Nullable String given, Ids ids) {
        return given != null && sane(given) ? given : ids.next("req_");
    }

    private static boolean sane(String id) {
        if (id.isEmpty() || id.length() > LONGEST) {
            return false;
        }
        for (var i = 0; i < id.length(); i++) {
            var c = id.charAt(i);
            var good = c >= '0' && c <= '9'
                    || c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c == '-'
                    || c == '_'
                    || c == '.'
                    || c == ':'
                    || c == '/'
                    || c == '+'
                    || c == '=';
            if (!good) {
                return false;
            }
        }
        return true;
    }
}
