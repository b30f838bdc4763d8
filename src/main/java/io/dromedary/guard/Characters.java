package io.dromedary.guard;

/** How characters are read: digits of any script, and what may stand between the groups of a number. */
final class Characters {
    /** The most characters that stand between two groups, as in {@code 4111 - 1111}. */
    static final int MOST_BETWEEN = 3;

    private Characters() {}

    /** 0 to 9, or -1. */
    static int digit(char c) {
        return c < 128 ? c >= '0' && c <= '9' ? c - '0' : -1 : Character.digit(c, 10);
    }

    /** A letter of ASCII as a capital, or 0; full-width ones too. */
    static char letter(char c) {
        var plain = c >= '\uff21' && c <= '\uff5a' ? (char) (c - 0xfee0) : c;
        if (plain >= 'a' && plain <= 'z') {
            return (char) (plain - 32);
        }
        return plain >= 'A' && plain <= 'Z' ? plain : 0;
    }

    /** A letter or a digit, of any script: what begins or ends next to one is part of something longer. */
    static boolean isWord(char c) {
        return c < 128
                ? c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                : Character.isLetterOrDigit(c);
    }

    /** Nothing that belongs to the same word stands before. */
    static boolean begins(CharSequence text, int start) {
        return start == 0 || !isWord(text.charAt(start - 1)) || isEscape(text, start - 1);
    }

    /** The letter of an escape, as of a line's end in JSON that is told as a text: it belongs to no word. */
    static boolean isEscape(CharSequence text, int at) {
        return at > 0
                && text.charAt(at - 1) == '\\'
                && switch (text.charAt(at)) {
                    case 'n', 'r', 't', 'b', 'f' -> true;
                    default -> false;
                };
    }

    /** Spaces and dashes of every width, dots, strokes, and what has no width at all. */
    static boolean isBetween(char c) {
        return switch (c) {
            case ' ',
                    '-',
                    '.',
                    '/',
                    '\u00a0',
                    '\u00ad',
                    '\u2007',
                    '\u2009',
                    '\u200b',
                    '\u200c',
                    '\u200d',
                    '\u2010',
                    '\u2011',
                    '\u2012',
                    '\u2013',
                    '\u2014',
                    '\u2015',
                    '\u202f',
                    '\u2060',
                    '\ufeff' -> true;
            default -> false;
        };
    }
}
