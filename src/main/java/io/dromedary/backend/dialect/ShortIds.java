package io.dromedary.backend.dialect;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Ids of tool calls for a backend that takes none but its own kind, so many letters and digits. One id always becomes the
 * same other one: call and result stay together, from turn to turn.
 */
final class ShortIds {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private ShortIds() {}

    static boolean fits(String id, int length) {
        return id.length() == length && id.chars().allMatch(c -> DIGITS.indexOf(c) >= 0);
    }

    /** @param length in characters, at most 40 */
    static String of(String id, int length) {
        var left = new BigInteger(1, sha256(id));
        var radix = BigInteger.valueOf(DIGITS.length());
        var made = new StringBuilder(length);
        while (made.length() < length) {
            var parts = left.divideAndRemainder(radix);
            made.append(DIGITS.charAt(parts[1].intValue()));
            left = parts[0];
        }
        return made.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
