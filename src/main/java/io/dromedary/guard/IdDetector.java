package io.dromedary.guard;

import java.util.function.Predicate;

/**
 * Numbers that a state gives its people: of one form, and with whatever of them can be checked.
 *
 * <p>A form has a character for each one of the number: {@code 9} for a digit, {@code A} for a letter, {@code N} for either,
 * {@code S} for a letter, a plus or a dash. Between them, {@code -} is something that stands between groups, and {@code ~} is
 * that or nothing.
 */
final class IdDetector implements Detector {
    private final Entity entity;
    private final String form;
    private final Predicate<CharSequence> check;

    /** @param check of the characters without what stands between them, as ASCII, letters as capitals */
    IdDetector(Entity entity, String form, Predicate<CharSequence> check) {
        this.entity = entity;
        this.form = form;
        this.check = check;
    }

    @Override
    public Entity entity() {
        return entity;
    }

    @Override
    public int end(CharSequence text, int start, boolean whole) {
        var first = read(form.charAt(0), text.charAt(start));
        if (first == 0 || !Characters.begins(text, start)) {
            return NONE;
        }
        var read = new StringBuilder(form.length()).append(first);
        var at = start + 1;
        for (var place = 1; place < form.length(); place++) {
            var kind = form.charAt(place);
            if (kind == '-' || kind == '~') {
                var from = at;
                while (at < text.length()
                        && at - from < Characters.MOST_BETWEEN
                        && Characters.isBetween(text.charAt(at))) {
                    at++;
                }
                if (at == text.length()) {
                    return whole ? NONE : OPEN;
                }
                if (kind == '-' && at == from) {
                    return NONE;
                }
                continue;
            }
            if (at == text.length()) {
                return whole ? NONE : OPEN;
            }
            var c = read(kind, text.charAt(at++));
            if (c == 0) {
                return NONE;
            }
            read.append(c);
        }
        if (at == text.length() ? !whole : Characters.isWord(text.charAt(at))) {
            return at == text.length() ? OPEN : NONE;
        }
        return check.test(read) ? at : NONE;
    }

    /** The character as the check knows it, or 0 where it is none of its kind. */
    private static char read(char kind, char c) {
        var digit = kind == 'A' || kind == 'S' ? -1 : Characters.digit(c);
        if (digit >= 0) {
            return (char) ('0' + digit);
        }
        if (kind == 'S' && (c == '-' || c == '+')) {
            return c;
        }
        return kind == '9' ? 0 : Characters.letter(c);
    }
}
