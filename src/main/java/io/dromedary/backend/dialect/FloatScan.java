package io.dromedary.backend.dialect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a JSON list of numbers as floats of 32 bits, each the nearest to what stands there, without a string for any of
 * them. Reusable: {@link #over} begins anew.
 */
final class FloatScan {
    /** Powers of ten that a double holds exactly. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** The same as whole numbers, of less than eight digits and of eight. */
    private static final long[] TENS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};

    /** Decimal digits that a long holds whatever they are. */
    private static final int MOST_DIGITS = 18;

    private static final int MOST_EXPONENT = 9999;
    private static final int DROPPED_BITS = 29;
    private static final long HALF = 1L << (DROPPED_BITS - 1);

    /** Parts of ten; but for the first no double holds them exactly. */
    private static final double[] PARTS = {
        1e-0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15, 1e-16,
        1e-17, 1e-18, 1e-19, 1e-20, 1e-21, 1e-22
    };

    /**
     * By how many units in its last place a double may be off: half of one for each of a mantissa of many digits, a power or
     * part of ten, and their product, and twice that where the product is a little less than a power of two.
     */
    private static final long OFF = 4;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ZEROS = 0x3030303030303030L;
    private static final long HIGHS = 0x8080808080808080L;

    /** What brings a seven-bit value of ten or more to its eighth bit, in eight bytes at once. */
    private static final long FROM_TEN = 0x7676767676767676L;

    /** Bytes of a sign, a digit, a point, so many digits as a long holds, and of what is looked at behind them. */
    private static final int QUICK_ROOM = 3 + MOST_DIGITS + 8;

    /** A bit that all digits have, and neither what may stand behind a number nor an exponent, but for brackets. */
    private static final long DIGIT_BITS = 0x1010101010101010L;

    /** Bytes that are looked at of a number of usual length, and one more. */
    private static final int BRISK_ROOM = 3 * Long.BYTES + 1;

    /** Written otherwise than most numbers of vectors are, or no number. */
    private static final int UNUSUAL = -1;

    private static final byte[] NOTHING = {};

    private byte[] text = NOTHING;
    private int limit;
    private int at;
    private float[] floats = new float[1024];
    private int size;
    private boolean reading;

    /**
     * Goes over the list whose opening bracket is at {@code open}.
     *
     * @param read the numbers are wanted, and not only how many there are
     * @return behind its closing bracket, or {@link JsonScan#BROKEN} where it is no list of finite numbers
     */
    int over(byte[] json, int open, int end, boolean read) {
        text = json;
        limit = end;
        reading = read;
        size = 0;
        if (open >= end || json[open] != '[') {
            return JsonScan.BROKEN;
        }
        var next = JsonScan.space(json, open + 1, end);
        if (next < end && json[next] == ']') {
            return next + 1;
        }
        while (true) {
            var behind = brisk(json, next, end);
            if (behind == UNUSUAL) {
                behind = quick(json, next, end);
            }
            if (behind == UNUSUAL) {
                at = next;
                if (!number()) {
                    return JsonScan.BROKEN;
                }
                behind = at;
            }
            if (behind < end && json[behind] <= ' ') {
                behind = JsonScan.space(json, behind, end);
            }
            if (behind >= end) {
                return JsonScan.BROKEN;
            }
            if (json[behind] == ']') {
                return behind + 1;
            }
            if (json[behind] != ',') {
                return JsonScan.BROKEN;
            }
            next = behind + 1;
            if (next < end && json[next] <= ' ') {
                next = JsonScan.space(json, next, end);
            }
        }
    }

    /**
     * Takes a number of usual length with a comma behind it. Where it ends is told by two looks at bytes whose place does
     * not depend on what was read of it, so that the processor is at the next number before it is done with this one.
     *
     * @return behind it, or {@link #UNUSUAL}
     */
    private int brisk(byte[] json, int from, int end) {
        if (from + BRISK_ROOM > end) {
            return UNUSUAL;
        }
        var head = (long) EIGHT.get(json, from) ^ ZEROS;
        var sign = (head & 0xff) == ('-' ^ '0') ? 1 : 0;
        head >>>= Byte.SIZE * sign;
        if (others(head) != 0x8000L || (head & 0xff00) != ('.' ^ '0') << Byte.SIZE) {
            return UNUSUAL;
        }
        var middle = (long) EIGHT.get(json, from + Long.BYTES);
        var digits = Long.numberOfTrailingZeros(~middle & DIGIT_BITS) >>> 3;
        var last = middle;
        var start = from + Long.BYTES;
        if (digits == Long.BYTES) {
            if (others(middle ^ ZEROS) != 0) {
                return UNUSUAL;
            }
            start += Long.BYTES;
            last = (long) EIGHT.get(json, start);
            digits = Long.numberOfTrailingZeros(~last & DIGIT_BITS) >>> 3;
        }
        last ^= ZEROS;
        var behind = start + digits;
        if (digits == 0 || Long.numberOfTrailingZeros(others(last)) >>> 3 != digits || json[behind] != ',') {
            return UNUSUAL;
        }
        if (!reading) {
            size++;
            return behind;
        }
        // the digits of the head side by side, and as the last of eight
        var first = (head >>> 2 * Byte.SIZE << Byte.SIZE) | (head & 0xff);
        var mantissa = eight(first << Byte.SIZE * (1 + sign));
        if (start > from + Long.BYTES) {
            if (behind - from - sign - 1 > MOST_DIGITS + ((head & 0xff) == 0 ? 1 : 0)) {
                return UNUSUAL;
            }
            mantissa = mantissa * TENS[Long.BYTES] + eight(middle ^ ZEROS);
        }
        mantissa = mantissa * TENS[digits] + eight(last << (Long.SIZE - Byte.SIZE * digits));
        at = behind;
        // a sign, a digit and the point are none of its decimals
        return add(value(mantissa, from + sign + 2 - behind, false, from), sign == 1) ? behind : UNUSUAL;
    }

    /**
     * Takes a number that is one digit, a point and more digits, eight of them at a time, whatever stands behind it.
     *
     * @return behind it, or {@link #UNUSUAL}
     */
    private int quick(byte[] json, int from, int end) {
        if (from + QUICK_ROOM > end) {
            return UNUSUAL;
        }
        var point = json[from] == '-' ? from + 2 : from + 1;
        if (!isDigit(json[point - 1]) || json[point] != '.') {
            return UNUSUAL;
        }
        var mantissa = (long) json[point - 1] - '0';
        var most = point + (mantissa == 0 ? MOST_DIGITS : MOST_DIGITS - 1);
        var behind = point + 1;
        var digits = (long) EIGHT.get(json, behind) ^ ZEROS;
        var others = others(digits);
        while (others == 0 && behind + Long.BYTES <= most) {
            mantissa = mantissa * 100_000_000 + eight(digits);
            behind += Long.BYTES;
            digits = (long) EIGHT.get(json, behind) ^ ZEROS;
            others = others(digits);
        }
        if (others == 0) {
            return UNUSUAL;
        }
        var more = Long.numberOfTrailingZeros(others) >>> 3;
        if (more > 0) {
            mantissa = mantissa * TENS[more] + eight(digits << (Long.SIZE - 8 * more));
            behind += more;
        }
        if (behind == point + 1 || behind > most + 1 || mayGoOn(json[behind])) {
            return UNUSUAL;
        }
        if (!reading) {
            size++;
            return behind;
        }
        at = behind;
        return add(value(mantissa, point + 1 - behind, false, from), json[from] == '-') ? behind : UNUSUAL;
    }

    /** High bits set of the bytes that are no digits, where those that are have become 0 to 9. */
    private static long others(long digits) {
        return (((digits & ~HIGHS) + FROM_TEN) | digits) & HIGHS;
    }

    /** The number that eight digits are, each a byte of 0 to 9, the first of them the lowest. */
    private static long eight(long digits) {
        var twos = (digits * 10 + (digits >>> 8)) & 0x00ff00ff00ff00ffL;
        var fours = (twos * 100 + (twos >>> 16)) & 0x0000ffff0000ffffL;
        return (fours * 10_000 + (fours >>> 32)) & 0xffffffffL;
    }

    /** With an exponent. */
    private static boolean mayGoOn(byte c) {
        return c == 'e' || c == 'E';
    }

    /** How many numbers there were. */
    int size() {
        return size;
    }

    /** Lets go of the text; the numbers stay. */
    void forget() {
        text = NOTHING;
    }

    /** The numbers, where they were read. */
    float[] floats() {
        return Arrays.copyOf(floats, size);
    }

    /** The numbers as little-endian floats, where they were read. */
    byte[] littleEndian() {
        return littleEndian(floats, size);
    }

    /** The first of these as little-endian floats. */
    static byte[] littleEndian(float[] numbers, int size) {
        var bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers, 0, size);
        return bytes.array();
    }

    private boolean number() {
        var from = at;
        var negative = at < limit && text[at] == '-';
        if (negative) {
            at++;
        }
        var mantissa = 0L;
        var digits = 0;
        var exponent = 0;
        var first = at;
        while (at < limit && isDigit(text[at])) {
            if (digits < MOST_DIGITS) {
                mantissa = mantissa * 10 + (text[at] - '0');
                digits += mantissa == 0 ? 0 : 1;
            } else {
                exponent++;
            }
            at++;
        }
        if (at == first || text[first] == '0' && at > first + 1) {
            return false;
        }
        if (at < limit && text[at] == '.') {
            first = ++at;
            while (at < limit && isDigit(text[at])) {
                if (digits < MOST_DIGITS) {
                    mantissa = mantissa * 10 + (text[at] - '0');
                    digits += mantissa == 0 ? 0 : 1;
                    exponent--;
                }
                at++;
            }
            if (at == first) {
                return false;
            }
        }
        if (at < limit && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            var down = at < limit && text[at] == '-';
            if (at < limit && (text[at] == '-' || text[at] == '+')) {
                at++;
            }
            first = at;
            var power = 0;
            while (at < limit && isDigit(text[at])) {
                power = Math.min(MOST_EXPONENT, power * 10 + (text[at] - '0'));
                at++;
            }
            if (at == first) {
                return false;
            }
            exponent += down ? -power : power;
        }
        return !reading ? count() : add(value(mantissa, exponent, digits == MOST_DIGITS, from), negative);
    }

    private boolean count() {
        size++;
        return true;
    }

    private boolean add(float value, boolean negative) {
        if (Float.isInfinite(value)) {
            return false;
        }
        if (size == floats.length) {
            floats = Arrays.copyOf(floats, size * 2);
        }
        floats[size++] = negative ? -value : value;
        return true;
    }

    /**
     * The nearest float. A double that was rounded twice is near enough to tell it, unless it lies about half way between
     * two floats.
     *
     * @param more there may have been more digits than the mantissa has
     */
    private float value(long mantissa, int exponent, boolean more, int from) {
        if (mantissa == 0) {
            return 0;
        }
        if (!more && exponent > -POWERS.length && exponent < POWERS.length) {
            var value = exponent < 0 ? mantissa * PARTS[-exponent] : mantissa * POWERS[exponent];
            var half = (Double.doubleToRawLongBits(value) & ((1L << DROPPED_BITS) - 1)) - HALF;
            if (value >= Float.MIN_NORMAL && value < Float.MAX_VALUE && Math.abs(half) > OFF) {
                return (float) value;
            }
        }
        return Math.abs(Float.parseFloat(new String(text, from, at - from, StandardCharsets.US_ASCII)));
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
