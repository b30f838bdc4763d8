package io.dromedary.guard;

/** The digits that stand from one place on, in groups with something between them. */
final class DigitRun {
    private final StringBuilder digits = new StringBuilder(24);
    private final int[] counts;
    private final int[] ends;
    private int groups;
    private boolean open;

    private DigitRun(int most) {
        counts = new int[most + 1];
        ends = new int[most + 1];
    }

    /**
     * Reads on from a digit.
     *
     * @param most digits that are looked at
     * @param phone it may be a telephone's: dots, strokes and round brackets may stand between its groups too
     */
    static DigitRun of(CharSequence text, int start, int most, boolean phone, boolean whole) {
        var run = new DigitRun(most);
        run.read(text, start, most, phone);
        run.open &= !whole;
        return run;
    }

    private void read(CharSequence text, int start, int most, boolean phone) {
        var at = start;
        while (true) {
            while (at < text.length() && Characters.digit(text.charAt(at)) >= 0) {
                if (digits.length() == most) {
                    return;
                }
                digits.append((char) ('0' + Characters.digit(text.charAt(at++))));
            }
            if (at == text.length()) {
                open = true;
                group(at);
                return;
            }
            if (Characters.isWord(text.charAt(at))) {
                return;
            }
            group(at);
            var next = at;
            while (next < text.length() && next - at < Characters.MOST_BETWEEN && between(text.charAt(next), phone)) {
                next++;
            }
            if (next == text.length()) {
                open = true;
                return;
            }
            if (next == at || Characters.digit(text.charAt(next)) < 0) {
                return;
            }
            at = next;
        }
    }

    /** Dots and strokes stand in other numbers too, which have as many digits as a card's. */
    private static boolean between(char c, boolean phone) {
        return switch (c) {
            case '(', ')', '.', '/' -> phone;
            default -> Characters.isBetween(c);
        };
    }

    private void group(int end) {
        counts[groups] = digits.length();
        ends[groups++] = end;
    }

    /** More digits may follow. */
    boolean open() {
        return open;
    }

    /** How many groups are whole. */
    int groups() {
        return groups;
    }

    /** The digits of the first groups, as ASCII. */
    CharSequence digits(int firstGroups) {
        return digits.subSequence(0, counts[firstGroups - 1]);
    }

    /** How many digits the first groups have. */
    int count(int firstGroups) {
        return firstGroups == 0 ? 0 : counts[firstGroups - 1];
    }

    /** Where a group ends, counted from 1. */
    int end(int group) {
        return ends[group - 1];
    }
}
