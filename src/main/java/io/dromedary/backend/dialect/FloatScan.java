package io.dromedary.backend.dialect;

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

    /** Decimal digits that a long holds whatever they are. */
    private static final int MOST_DIGITS = 18;

    private static final int MOST_EXPONENT = 9999;
    private static final int DROPPED_BITS = 29;
    private static final long HALF = 1L << (DROPPED_BITS - 1);

    /** By how many units in its last place a double may be off that was multiplied or divided once. */
    private static final long OFF = 4;

    private byte[] text = {};
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
        at = JsonScan.space(json, open + 1, end);
        if (at < end && json[at] == ']') {
            return at + 1;
        }
        while (number()) {
            at = JsonScan.space(json, at, end);
            if (at >= end) {
                break;
            }
            if (json[at] == ']') {
                return at + 1;
            }
            if (json[at] != ',') {
                break;
            }
            at = JsonScan.space(json, at + 1, end);
        }
        return JsonScan.BROKEN;
    }

    /** How many numbers there were. */
    int size() {
        return size;
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
            var value = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
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
