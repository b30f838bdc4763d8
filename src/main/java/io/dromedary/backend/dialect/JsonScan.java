package io.dromedary.backend.dialect;

import io.dromedary.api.json.Json;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds where JSON values end (RFC 8259), without building anything. Accepts what Jackson accepts, except that bytes
 * inside strings are not checked to be UTF-8: they are passed on, not read.
 */
final class JsonScan {
    /** What a scan returns that met no JSON. */
    static final int BROKEN = -1;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private JsonScan() {}

    /** The first position that is not white space, at most {@code end}. */
    static int space(byte[] text, int at, int end) {
        var next = at;
        while (next < end && isSpace(text[next])) {
            next++;
        }
        return next;
    }

    /** Where the value that begins at {@code at} ends, or {@link #BROKEN}. */
    static int value(byte[] text, int at, int end) {
        if (at >= end) {
            return BROKEN;
        }
        return text[at] == '{' || text[at] == '[' ? nested(text, at, end) : scalar(text, at, end);
    }

    private static int scalar(byte[] text, int at, int end) {
        return switch (text[at]) {
            case '"' -> string(text, at, end);
            case 't' -> literal(text, at, end, "true");
            case 'f' -> literal(text, at, end, "false");
            case 'n' -> literal(text, at, end, "null");
            default -> number(text, at, end);
        };
    }

    /** Where the string whose opening quote is at {@code at} ends, behind its closing quote, or {@link #BROKEN}. */
    static int string(byte[] text, int at, int end) {
        if (at >= end || text[at] != '"') {
            return BROKEN;
        }
        var next = at + 1;
        while (true) {
            next = ordinary(text, next, end);
            if (next >= end) {
                return BROKEN;
            }
            var c = text[next];
            if (c == '"') {
                return next + 1;
            }
            if (c >= 0 && c < 0x20) {
                return BROKEN;
            }
            if (c != '\\') {
                next++;
                continue;
            }
            next = escape(text, next + 1, end);
            if (next == BROKEN) {
                return BROKEN;
            }
        }
    }

    /** Skips eight characters at a time that need no look: no quote, no backslash, no control character. */
    private static int ordinary(byte[] text, int at, int end) {
        var next = at;
        while (next + 8 <= end) {
            var eight = (long) EIGHT.get(text, next);
            var special = has(eight ^ (ONES * '"')) | has(eight ^ (ONES * '\\')) | ((eight - ONES * 0x20) & ~eight);
            if ((special & HIGHS) != 0) {
                return next + (Long.numberOfTrailingZeros(special & HIGHS) >>> 3);
            }
            next += 8;
        }
        return next;
    }

    /** High bits set where a byte is zero; exact up to the first such byte, which is the one that counts. */
    private static long has(long zeros) {
        return (zeros - ONES) & ~zeros;
    }

    private static int escape(byte[] text, int at, int end) {
        if (at >= end) {
            return BROKEN;
        }
        return switch (text[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
            case 'u' -> {
                if (at + 5 > end) {
                    yield BROKEN;
                }
                for (var i = at + 1; i < at + 5; i++) {
                    if (Character.digit(text[i], 16) < 0) {
                        yield BROKEN;
                    }
                }
                yield at + 5;
            }
            default -> BROKEN;
        };
    }

    /** One bit per open level says whether it is an object; hence the limit on the depth. */
    private static int nested(byte[] text, int from, int end) {
        var at = from;
        var objects = 0L;
        var depth = 0;
        while (true) {
            var c = text[at];
            if (c == '{' || c == '[') {
                if (depth == Json.MAX_DEPTH) {
                    return BROKEN;
                }
                depth++;
                objects = objects << 1 | (c == '{' ? 1 : 0);
                at = space(text, at + 1, end);
                if (at >= end) {
                    return BROKEN;
                }
                if (text[at] != (c == '{' ? '}' : ']')) {
                    at = c == '{' ? name(text, at, end) : at;
                    if (at == BROKEN) {
                        return BROKEN;
                    }
                    continue;
                }
            } else {
                at = scalar(text, at, end);
                if (at == BROKEN) {
                    return BROKEN;
                }
            }
            while (true) {
                at = space(text, at, end);
                if (at >= end) {
                    return BROKEN;
                }
                var object = (objects & 1) == 1;
                if (text[at] == ',') {
                    at = space(text, at + 1, end);
                    at = object ? name(text, at, end) : at;
                    break;
                }
                if (text[at] != (object ? '}' : ']')) {
                    return BROKEN;
                }
                at++;
                objects >>>= 1;
                if (--depth == 0) {
                    return at;
                }
            }
            if (at == BROKEN || at >= end) {
                return BROKEN;
            }
        }
    }

    /** Where {@code c}, an ASCII character, first stands in {@code [at, end)}; {@code end} where it does not. */
    static int find(byte[] text, int at, int end, char c) {
        var next = at;
        while (next + 8 <= end) {
            var found = has((long) EIGHT.get(text, next) ^ (ONES * c)) & HIGHS;
            if (found != 0) {
                return next + (Long.numberOfTrailingZeros(found) >>> 3);
            }
            next += 8;
        }
        while (next < end && text[next] != c) {
            next++;
        }
        return next;
    }

    /** Where the value behind the name at {@code at} begins. */
    private static int name(byte[] text, int at, int end) {
        var next = string(text, at, end);
        return next == BROKEN ? BROKEN : afterColon(text, next, end);
    }

    /** Where the value behind a name that ends at {@code at} begins. */
    static int afterColon(byte[] text, int at, int end) {
        var colon = space(text, at, end);
        if (colon >= end || text[colon] != ':') {
            return BROKEN;
        }
        var value = space(text, colon + 1, end);
        return value >= end ? BROKEN : value;
    }

    private static int literal(byte[] text, int at, int end, String word) {
        if (at + word.length() > end) {
            return BROKEN;
        }
        for (var i = 1; i < word.length(); i++) {
            if (text[at + i] != word.charAt(i)) {
                return BROKEN;
            }
        }
        return at + word.length();
    }

    private static int number(byte[] text, int from, int end) {
        var at = text[from] == '-' ? from + 1 : from;
        var digits = digits(text, at, end);
        if (digits == at || (text[at] == '0' && digits > at + 1)) {
            return BROKEN;
        }
        at = digits;
        if (at < end && text[at] == '.') {
            digits = digits(text, at + 1, end);
            if (digits == at + 1) {
                return BROKEN;
            }
            at = digits;
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            if (at < end && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            digits = digits(text, at, end);
            return digits == at ? BROKEN : digits;
        }
        return at;
    }

    private static int digits(byte[] text, int at, int end) {
        var next = at;
        while (next < end && text[next] >= '0' && text[next] <= '9') {
            next++;
        }
        return next;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }
}
