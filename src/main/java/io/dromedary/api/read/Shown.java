package io.dromedary.api.read;

/** What callers sent, cut to a length that a message can show. */
final class Shown {
    private static final int LONGEST = 64;

    private Shown() {}

    static String of(String text) {
        return shortened(text, LONGEST);
    }

    static String shortened(CharSequence text, int longest) {
        if (text.length() <= longest) {
            return text.toString();
        }
        var end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.subSequence(0, end) + "...";
    }
}
