package io.dromedary.api.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Checks on bytes that claim to be JSON in UTF-8 (RFC 3629, RFC 8259 section 8). */
public final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long BACKSLASHES = ONES * '\\';

    private Utf8() {}

    /**
     * Position of the first byte that is not UTF-8, or -1. Overlong forms, surrogates, code points above U+10FFFF and
     * cut sequences are not UTF-8.
     */
    public static int firstFault(byte[] text) {
        var at = 0;
        while (true) {
            while (at <= text.length - Long.BYTES && ((long) LONGS.get(text, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            }
            if (at == text.length) {
                return -1;
            }
            var length = text[at] >= 0 ? 1 : sequence(text, at);
            if (length == 0) {
                return at;
            }
            at += length;
        }
    }

    /**
     * Position of the first {@code \}{@code uXXXX} escape that is one half of a surrogate pair without the other, or -1.
     * Such a text is JSON by the letter, but stands for no characters: it cannot be written as UTF-8 again.
     */
    public static int firstLoneSurrogate(byte[] json) {
        var at = 0;
        while ((at = backslash(json, at)) >= 0) {
            var unit = unit(json, at);
            if (unit < 0) {
                at += 2;
            } else if (!Character.isSurrogate((char) unit)) {
                at += 6;
            } else if (Character.isHighSurrogate((char) unit) && isLow(unit(json, at + 6))) {
                at += 12;
            } else {
                return at;
            }
        }
        return -1;
    }

    /** Length of the well-formed sequence of several bytes that begins here, 0 for none. */
    private static int sequence(byte[] text, int at) {
        var lead = text[at] & 0xff;
        if (lead < 0xc2 || lead > 0xf4) {
            return 0;
        }
        var length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (text.length - at < length) {
            return 0;
        }
        var second = text[at + 1] & 0xff;
        var from = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        var to = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (second < from || second > to) {
            return 0;
        }
        for (var i = 2; i < length; i++) {
            if ((text[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return length;
    }

    private static int backslash(byte[] text, int from) {
        var at = from;
        while (at <= text.length - Long.BYTES) {
            var zeroWhereFound = (long) LONGS.get(text, at) ^ BACKSLASHES;
            var found = (zeroWhereFound - ONES) & ~zeroWhereFound & HIGH_BITS;
            if (found != 0) {
                return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        for (; at < text.length; at++) {
            if (text[at] == '\\') {
                return at;
            }
        }
        return -1;
    }

    /** The UTF-16 unit that an escape at this place stands for, or -1 where there is none. */
    private static int unit(byte[] text, int at) {
        if (at > text.length - 6 || text[at] != '\\' || text[at + 1] != 'u') {
            return -1;
        }
        var unit = 0;
        for (var i = at + 2; i < at + 6; i++) {
            var digit = Character.digit(text[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private static boolean isLow(int unit) {
        return unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
    }
}
