package io.dromedary.api.responses;

/** A text that comes in pieces. It always is text: half a surrogate pair waits for the other half, or becomes U+FFFD. */
final class GrowingText {
    private static final char NONE = 0;
    private static final char REPLACEMENT = '\ufffd';

    private final StringBuilder all = new StringBuilder();
    private char half = NONE;

    /** Adds a piece; what can be shown of it, with what waited before it. */
    String add(String piece) {
        var text = half == NONE ? piece : half + piece;
        half = NONE;
        var length = text.length();
        if (length > 0 && Character.isHighSurrogate(text.charAt(length - 1))) {
            half = text.charAt(length - 1);
            text = text.substring(0, length - 1);
        }
        text = sound(text);
        all.append(text);
        return text;
    }

    /** Nothing more comes; what is shown last. */
    String end() {
        if (half == NONE) {
            return "";
        }
        half = NONE;
        all.append(REPLACEMENT);
        return String.valueOf(REPLACEMENT);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    @Override
    public String toString() {
        return all.toString();
    }

    /** With U+FFFD for every half of a surrogate pair that stands alone: UTF-8 has no other way to say it. */
    static String sound(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return mended(text);
            }
        }
        return text;
    }

    private static String mended(String text) {
        var mended = new StringBuilder(text.length());
        text.codePoints()
                .map(point ->
                        point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? REPLACEMENT : point)
                .forEach(mended::appendCodePoint);
        return mended.toString();
    }
}
