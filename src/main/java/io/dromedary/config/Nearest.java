package io.dromedary.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody may have meant who mistyped a word. */
final class Nearest {
    private Nearest() {}

    /** The most similar of the known words, or null when none is similar. */
    static @Nullable String to(String word, Collection<String> known) {
        var allowed = Math.max(2, word.length() / 3);
        String nearest = null;
        for (var candidate : known) {
            var distance = distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance <= allowed && distance < candidate.length()) {
                nearest = candidate;
                allowed = distance - 1;
            }
        }
        return nearest;
    }

    /** Insertions, deletions and substitutions between the two (Levenshtein). */
    private static int distance(String from, String to) {
        var above = new int[to.length() + 1];
        for (var column = 0; column < above.length; column++) {
            above[column] = column;
        }
        for (var row = 1; row <= from.length(); row++) {
            var diagonal = above[0];
            above[0] = row;
            for (var column = 1; column < above.length; column++) {
                var substituted = diagonal + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = above[column];
                above[column] = Math.min(substituted, 1 + Math.min(diagonal, above[column - 1]));
            }
        }
        return above[to.length()];
    }
}
