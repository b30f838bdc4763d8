package io.dromedary.backend.dialect;

/**
 * Tells the thoughts of a model from its answer where both come as one text: {@code <think>thoughts</think>answer}, piece
 * by piece. Of the text no more is held back than what may still become a tag.
 */
final class ThinkTags {
    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    private enum Place {
        BEFORE,
        THINKING,
        /** Behind the closing tag, with nothing but space so far. */
        BEHIND,
        ANSWERING
    }

    /** One piece, told apart; both may be empty. */
    record Said(String reasoning, String content) {}

    private Place place = Place.BEFORE;
    private String held = "";

    /** Nothing is held back and no tag can come: pieces may pass as they are. */
    boolean isAnswering() {
        return place == Place.ANSWERING;
    }

    /** The next piece of the text. */
    Said next(String piece) {
        var text = held + piece;
        held = "";
        return switch (place) {
            case BEFORE -> before(text);
            case THINKING -> thinking(text);
            case BEHIND -> new Said("", answer(text));
            case ANSWERING -> new Said("", text);
        };
    }

    /** The text has ended: what is held back is no tag. */
    Said last() {
        var rest = held;
        held = "";
        var thinking = place == Place.THINKING;
        place = Place.ANSWERING;
        return thinking ? new Said(rest, "") : new Said("", rest);
    }

    private Said before(String text) {
        var start = text.stripLeading();
        if (start.startsWith(OPEN)) {
            place = Place.THINKING;
            return thinking(start.substring(OPEN.length()));
        }
        if (OPEN.startsWith(start)) {
            held = text;
            return new Said("", "");
        }
        place = Place.ANSWERING;
        return new Said("", text);
    }

    private Said thinking(String text) {
        var end = text.indexOf(CLOSE);
        if (end >= 0) {
            place = Place.BEHIND;
            return new Said(text.substring(0, end), answer(text.substring(end + CLOSE.length())));
        }
        var tag = begunTag(text);
        held = text.substring(tag);
        return new Said(text.substring(0, tag), "");
    }

    /** Where what may become the closing tag begins. */
    private static int begunTag(String text) {
        for (var at = Math.max(0, text.length() - CLOSE.length() + 1); at < text.length(); at++) {
            if (CLOSE.startsWith(text.substring(at))) {
                return at;
            }
        }
        return text.length();
    }

    private String answer(String text) {
        var answer = text.stripLeading();
        if (!answer.isEmpty()) {
            place = Place.ANSWERING;
        }
        return answer;
    }
}
