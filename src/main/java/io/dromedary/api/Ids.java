package io.dromedary.api;

import java.util.random.RandomGenerator;

/** Makes the identifiers that clients see: a prefix and 32 hexadecimal digits, as OpenAI writes them. */
@FunctionalInterface
public interface Ids {
    /**
     * A fresh identifier.
     *
     * @param prefix with its separator, e.g. {@code chatcmpl-}, {@code call_}, {@code req_}
     */
    String next(String prefix);

    /** Identifiers of 128 random bits. */
    static Ids random(RandomGenerator random) {
        return prefix -> {
            var id = new char[prefix.length() + 32];
            prefix.getChars(0, prefix.length(), id, 0);
            hex(random.nextLong(), id, prefix.length());
            hex(random.nextLong(), id, prefix.length() + 16);
            return new String(id);
        };
    }

    private static void hex(long bits, char[] into, int at) {
        for (var i = 0; i < 16; i++) {
            into[at + i] = Character.forDigit((int) (bits >>> (60 - 4 * i)) & 15, 16);
        }
    }
}
