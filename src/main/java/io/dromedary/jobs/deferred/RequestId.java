package io.dromedary.jobs.deferred;

/** Ids of deferred completions: UUIDs of version 4, as their API says. */
final class RequestId {
    private static final int LENGTH = 36;

    private RequestId() {}

    /** @param hex 32 random hexadecimal digits, of which six bits give way */
    static String from(String hex) {
        var variant = Character.forDigit(8 | Character.digit(hex.charAt(16), 16) & 3, 16);
        return hex.substring(0, 8)
                + '-'
                + hex.substring(8, 12)
                + "-4"
                + hex.substring(13, 16)
                + '-'
                + variant
                + hex.substring(17, 20)
                + '-'
                + hex.substring(20, 32);
    }

    /** It may be one: what callers ask for goes no further where it is none. */
    static boolean is(String id) {
        if (id.length() != LENGTH) {
            return false;
        }
        for (var i = 0; i < LENGTH; i++) {
            var c = id.charAt(i);
            var dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
