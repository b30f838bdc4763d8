package io.dromedary.guard;

/**
 * Numbers of telephones. Those with a country code, which {@code +} or {@code 00} announces, count where that country has
 * numbers of such a length; others where they are written as nothing but numbers of telephones are.
 */
final class PhoneDetector implements Detector {
    private static final int FEWEST = 7;
    private static final int MOST = 15;
    private static final int LONGEST_AREA = 5;

    @Override
    public Entity entity() {
        return Entity.PHONE_NUMBER;
    }

    @Override
    public int end(CharSequence text, int start, boolean whole) {
        if (!Characters.begins(text, start) || start > 0 && text.charAt(start - 1) == '+') {
            return NONE;
        }
        var c = text.charAt(start);
        if (c == '+' || c == '\uff0b') {
            return international(text, start + 1, whole);
        }
        if (c == '(') {
            var digits = area(text, start + 1, whole);
            return digits < 0 ? digits : national(text, start + 1, true, whole);
        }
        if (Characters.digit(c) < 0 || isTied(text, start)) {
            return NONE;
        }
        return c == '0' && start + 1 < text.length() && text.charAt(start + 1) == '0'
                ? international(text, start + 2, whole)
                : national(text, start, false, whole);
    }

    /** A decimal place, a part of a date or of a path: what is tied to the digits before it was looked at with them. */
    private static boolean isTied(CharSequence text, int start) {
        return start > 1
                && switch (text.charAt(start - 1)) {
                    case '.', ',', '-', '/', ':' -> Characters.digit(text.charAt(start - 2)) >= 0;
                    default -> false;
                };
    }

    /** How many digits stand in brackets; {@link #NONE} where they do not. */
    private static int area(CharSequence text, int start, boolean whole) {
        var at = start;
        while (at < text.length() && at - start < LONGEST_AREA && Characters.digit(text.charAt(at)) >= 0) {
            at++;
        }
        if (at == text.length()) {
            return whole ? NONE : OPEN;
        }
        return at > start && text.charAt(at) == ')' ? at - start : NONE;
    }

    private static int international(CharSequence text, int digits, boolean whole) {
        var start = digits;
        while (start < text.length()
                && start - digits < 2
                && (text.charAt(start) == ' ' || text.charAt(start) == '(')) {
            start++;
        }
        if (start == text.length()) {
            return whole ? NONE : OPEN;
        }
        if (Characters.digit(text.charAt(start)) < 1) {
            return NONE;
        }
        var run = DigitRun.of(text, start, MOST + 1, true, whole);
        if (run.open()) {
            return OPEN;
        }
        for (var groups = run.groups(); groups > 0 && run.count(groups) >= FEWEST; groups--) {
            if (CallingCodes.isPossible(run.digits(groups))) {
                return run.end(groups);
            }
        }
        return NONE;
    }

    private static int national(CharSequence text, int start, boolean bracket, boolean whole) {
        var run = DigitRun.of(text, start, MOST, true, whole);
        if (run.open()) {
            return OPEN;
        }
        for (var groups = run.groups(); groups > 0; groups--) {
            if (isWritten(text, run, groups, bracket)) {
                return run.end(groups);
            }
        }
        return NONE;
    }

    private static boolean isWritten(CharSequence text, DigitRun run, int groups, boolean bracket) {
        if (isDate(run, groups)) {
            return false;
        }
        var count = run.count(groups);
        var first = run.digits(groups).charAt(0);
        if (bracket) {
            return groups > 1 && count >= FEWEST + 1 && count <= 12;
        }
        if (first == '0') {
            return count >= 9 && count <= 12 && (groups > 1 || count == 10 || count == 11);
        }
        return isAmerican(run, groups) || isSouthern(text, run, groups, first);
    }

    /** 212-555-0123, 1-212-555-0123. */
    private static boolean isAmerican(DigitRun run, int groups) {
        var code = groups == 4 && run.count(1) == 1 && run.digits(1).charAt(0) == '1' ? 1 : 0;
        return groups == 3 + code
                && size(run, 1 + code) == 3
                && size(run, 2 + code) == 3
                && size(run, 3 + code) == 4
                && run.digits(groups).charAt(code) >= '2';
    }

    /** 612 345 678 and 612 34 56 78, as in Spain, Portugal and Poland; with dots between them it is an amount. */
    private static boolean isSouthern(CharSequence text, DigitRun run, int groups, char first) {
        if (first < '2' || run.count(groups) != 9 || size(run, 1) != 3 || text.charAt(run.end(1)) == '.') {
            return false;
        }
        return groups == 3 ? size(run, 2) == 3 : groups == 4 && size(run, 2) == 2 && size(run, 3) == 2;
    }

    private static int size(DigitRun run, int group) {
        return run.count(group) - run.count(group - 1);
    }

    /** 31.12.2025, 2025-12-31, with an hour behind it or not. */
    private static boolean isDate(DigitRun run, int groups) {
        if (groups < 3) {
            return false;
        }
        var first = size(run, 1);
        var year = first == 4 ? run.digits(1) : run.digits(3).subSequence(run.count(2), run.count(3));
        return size(run, 2) <= 2
                && (first == 4 && size(run, 3) <= 2 || first <= 2 && year.length() == 4)
                && (year.charAt(0) == '1' && year.charAt(1) == '9' || year.charAt(0) == '2' && year.charAt(1) == '0');
    }
}
