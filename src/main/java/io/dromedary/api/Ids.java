package io.dromedary.api;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes the identifiers that clients see: a prefix and hexadecimal digits, as OpenAI writes them. */
@FunctionalInterface
public interface Ids {
    /**
     * A fresh identifier.
     *
     * @param prefix with its separator, e.g. {@code chatcmpl-}, {@code call_}, {@code req_}
     */
    String next(String prefix);

    /**
     * One that begins with when it was made. For what is kept by it in great numbers: the index of a store has those side
     * by side that come one after the other, and writes one page for many of them.
     */
    default String dated(String prefix) {
        return next(prefix);
    }

    /** Identifiers of 128 random bits in 32 digits, after 12 digits of milliseconds since 1970 where they are dated. */
    static Ids random(RandomGenerator random, InstantSource clock) {
        return new Ids() {
            private static final int DIGITS = 16;
            private static final int DATE_DIGITS = 12;

            @Override
            public String next(String prefix) {
                return of(prefix, 0);
            }

            @Override
            public String dated(String prefix) {
                return of(prefix, DATE_DIGITS);
            }

            private String of(String prefix, int dateDigits) {
                var at = prefix.length();
                var id = new char[at + dateDigits + 2 * DIGITS];
                prefix.getChars(0, at, id, 0);
                if (dateDigits > 0) {
                    hex(clock.millis(), id, at, dateDigits);
                }
                hex(random.nextLong(), id, at + dateDigits, DIGITS);
                hex(random.nextLong(), id, at + dateDigits + DIGITS, DIGITS);
                return new String(id);
            }
        };
    }

    private static void hex(long bits, char[] into, int at, int digits) {
        for (var i = 0; i < digits; i++) {
            into[at + i] = Character.forDigit((int) (bits >>> (4 * (digits - 1 - i))) & 15, 16);
        }
    }
}
