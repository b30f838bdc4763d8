package io.dromedary.backend.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * The simulator's tokens: a word with the white space before it, so that the tokens of a text joined are the text. A
 * word goes on in another token after {@value #LONGEST} characters, which bounds what one token can hold.
 */
final class Tokens {
    static final int LONGEST = 32;

    private Tokens() {}

    /** The first tokens of a text, at most {@code limit}. */
    static List<String> first(int limit, String text) {
        var tokens = new ArrayList<String>();
        for (var from = 0; from < text.length() && tokens.size() < limit; ) {
            var end = end(text, from);
            tokens.add(text.substring(from, end));
            from = end;
        }
        return tokens;
    }

    static int count(String text) {
        var count = 0;
        for (var from = 0; from < text.length(); from = end(text, from)) {
            count++;
        }
        return count;
    }

    private static int end(String text, int from) {
        var last = Math.min(text.length(), from + LONGEST);
        var at = from;
        while (at < last && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        while (at < last && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        var cutsPair = at < text.length() && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
        return cutsPair ? at - 1 : at;
    }
}
