package io.dromedary.guard;

/** Addresses of mail: a local part, {@code @}, and a domain of two labels at least. */
final class EmailDetector implements Detector {
    /** RFC 5321: a path has 254 characters at the most. */
    private static final int MOST = 254;

    @Override
    public Entity entity() {
        return Entity.EMAIL_ADDRESS;
    }

    @Override
    public int end(CharSequence text, int start, boolean whole) {
        if (!isLocal(text.charAt(start)) || Characters.isEscape(text, start) || !begins(text, start)) {
            return NONE;
        }
        var at = start;
        while (at < text.length() && at - start <= MOST && isLocal(text.charAt(at))) {
            at++;
        }
        if (at - start > MOST) {
            return NONE;
        }
        if (at == text.length()) {
            return whole ? NONE : OPEN;
        }
        return isAt(text.charAt(at)) ? domain(text, at + 1, whole) : NONE;
    }

    private static boolean begins(CharSequence text, int start) {
        return start == 0 || !isLocal(text.charAt(start - 1)) || Characters.isEscape(text, start - 1);
    }

    private static int domain(CharSequence text, int start, boolean whole) {
        var end = NONE;
        var label = start;
        var labels = 0;
        var at = start;
        for (; at < text.length() && at - start <= MOST; at++) {
            var c = text.charAt(at);
            if (isLabel(c)) {
                continue;
            }
            if (at == label) {
                return end;
            }
            labels++;
            end = labels > 1 && isTop(text, label, at) ? at : end;
            if (c != '.') {
                return end;
            }
            label = at + 1;
        }
        if (at - start > MOST) {
            return end;
        }
        if (!whole) {
            return OPEN;
        }
        return at > label && labels > 0 && isTop(text, label, at) ? at : end;
    }

    /** A last label is no number, and has two characters at least. */
    private static boolean isTop(CharSequence text, int from, int to) {
        return to - from > 1 && Characters.digit(text.charAt(from)) < 0 && text.charAt(to - 1) != '-';
    }

    private static boolean isAt(char c) {
        return c == '@' || c == '\uff20';
    }

    private static boolean isLocal(char c) {
        return Characters.isWord(c)
                || Character.isSurrogate(c)
                || switch (c) {
                    case '.', '_', '%', '+', '-' -> true;
                    default -> false;
                };
    }

    private static boolean isLabel(char c) {
        return Characters.isWord(c) || c == '-' || c == '_' || Character.isSurrogate(c);
    }
}
