package io.dromedary.guard;

/** Addresses of machines, IPv4 and IPv6. */
final class IpDetector implements Detector {
    /** The longest text of an IPv6 address, with an IPv4 address at its end. */
    private static final int MOST = 45;

    @Override
    public Entity entity() {
        return Entity.IP_ADDRESS;
    }

    @Override
    public int end(CharSequence text, int start, boolean whole) {
        if (!Characters.begins(text, start)) {
            return NONE;
        }
        var four = four(text, start, whole);
        return four == NONE ? six(text, start, whole) : four;
    }

    private static int four(CharSequence text, int start, boolean whole) {
        // the end of a longer number with dots is none
        if (start > 1 && text.charAt(start - 1) == '.' && isDigit(text.charAt(start - 2))) {
            return NONE;
        }
        var at = start;
        for (var part = 0; part < 4; part++) {
            var value = 0;
            var from = at;
            while (at < text.length() && at - from < 3 && isDigit(text.charAt(at))) {
                value = 10 * value + text.charAt(at++) - '0';
            }
            if (at == text.length() && (part < 3 || !whole)) {
                return whole ? NONE : OPEN;
            }
            if (at == from || value > 255 || part < 3 && text.charAt(at++) != '.') {
                return NONE;
            }
        }
        if (at == text.length()) {
            return at;
        }
        if (Characters.isWord(text.charAt(at))) {
            return NONE;
        }
        if (text.charAt(at) != '.') {
            return at;
        }
        if (at + 1 == text.length()) {
            return whole ? at : OPEN;
        }
        return isDigit(text.charAt(at + 1)) ? NONE : at;
    }

    private static int six(CharSequence text, int start, boolean whole) {
        var at = start;
        var colons = 0;
        while (at < text.length() && at - start <= MOST && isPart(text.charAt(at))) {
            colons += text.charAt(at) == ':' ? 1 : 0;
            if (colons == 0 && at - start >= 4) {
                return NONE;
            }
            at++;
        }
        if (at == start || at - start > MOST) {
            return NONE;
        }
        if (at == text.length() && !whole) {
            return OPEN;
        }
        if (at < text.length() && Characters.isWord(text.charAt(at)) && isWordOrDigit(text.charAt(at - 1))) {
            return NONE;
        }
        // what ends the sentence is none of it
        var end = at;
        while (end > start && text.charAt(end - 1) == '.') {
            end--;
        }
        if (end - start > 1 && text.charAt(end - 1) == ':' && text.charAt(end - 2) != ':') {
            end--;
        }
        return isSix(text.subSequence(start, end).toString()) ? end : NONE;
    }

    private static boolean isWordOrDigit(char c) {
        return c != ':' && c != '.';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isPart(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == ':' || c == '.';
    }

    /** With a digit in it: {@code a::b} is a name in more than one language. */
    private static boolean isSix(String text) {
        var gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0 || text.chars().noneMatch(c -> isDigit((char) c))) {
            return false;
        }
        if (gap < 0) {
            return groups(text) == 8;
        }
        var before = groups(text.substring(0, gap));
        var after = groups(text.substring(gap + 2));
        return before >= 0 && after >= 0 && before + after < 8;
    }

    /** How many groups of 16 bits; -1 where it is no list of them. */
    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        var parts = text.split(":", -1);
        for (var i = 0; i < parts.length; i++) {
            if (parts[i].indexOf('.') >= 0) {
                return i == parts.length - 1 && four(parts[i], 0, true) == parts[i].length() ? i + 2 : -1;
            }
            if (parts[i].isEmpty() || parts[i].length() > 4) {
                return -1;
            }
        }
        return parts.length;
    }
}
