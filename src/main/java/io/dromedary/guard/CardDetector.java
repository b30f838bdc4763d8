package io.dromedary.guard;

/** Numbers of payment cards: of a length that their first digits allow, and with Luhn's check digit. */
final class CardDetector implements Detector {
    private static final int FEWEST = 13;
    private static final int MOST = 19;

    @Override
    public Entity entity() {
        return Entity.CREDIT_CARD;
    }

    @Override
    public int end(CharSequence text, int start, boolean whole) {
        var first = Characters.digit(text.charAt(start));
        if (first < 2 || first > 6 || !Characters.begins(text, start)) {
            return NONE;
        }
        var run = DigitRun.of(text, start, MOST, false, whole);
        if (run.open()) {
            return OPEN;
        }
        for (var groups = run.groups(); groups > 0 && run.count(groups) >= FEWEST; groups--) {
            var digits = run.digits(groups);
            if (isIssued(digits) && Checksum.luhn(digits)) {
                return run.end(groups);
            }
        }
        return NONE;
    }

    private static boolean isIssued(CharSequence digits) {
        var length = digits.length();
        var four = Integer.parseInt(digits, 0, 4, 10);
        var two = four / 100;
        return switch (four / 1000) {
            case 2 -> length == 16 && four >= 2200 && four <= 2720;
            case 3 ->
                switch (two) {
                    case 34, 37 -> length == 15;
                    case 30, 36, 38, 39 -> length >= 14;
                    case 35 -> length >= 16;
                    default -> false;
                };
            case 4 -> length == 13 || length == 16 || length == 19;
            case 5 -> two >= 51 && two <= 55 ? length == 16 : two == 50 || two >= 56;
            default -> length >= 13;
        };
    }
}
