package io.dromedary.backend.simulator;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The vectors of the simulator: texts that share words point the same way, and the same text always has the same vector.
 * Nothing is meant by it.
 */
final class Meaning {
    /** How long a vector is unless the request says it. */
    static final int DIMENSIONS = 256;

    private static final int PLACES = 16;
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

    private Meaning() {}

    /** A vector of length 1. */
    static float[] of(String text, int dimensions) {
        var sums = new double[dimensions];
        var words = 0;
        var found = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (found.find()) {
            add(found.group(), sums);
            words++;
        }
        if (words == 0) {
            add(text, sums);
        }
        var square = 0d;
        for (var sum : sums) {
            square += sum * sum;
        }
        if (square == 0) {
            sums[0] = 1;
            square = 1;
        }
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++) {
            vector[i] = (float) (sums[i] / Math.sqrt(square));
        }
        return vector;
    }

    private static void add(String word, double[] sums) {
        var bits = (long) word.hashCode();
        for (var i = 0; i < PLACES; i++) {
            bits = mixed(bits + i);
            sums[(int) Long.remainderUnsigned(bits >>> 8, sums.length)] += (bits & 1) == 0 ? 1 : -1;
        }
    }

    private static long mixed(long bits) {
        var mixed = (bits + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** The cosine of two of them. */
    static double likeness(float[] a, float[] b) {
        var product = 0d;
        for (var i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
        }
        return Math.clamp(product, -1, 1);
    }
}
