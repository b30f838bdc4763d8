package io.dromedary.guard;

import io.dromedary.api.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * A JSON text that passes in pieces, as the arguments of a tool call do: its strings are looked at as what they say, without
 * their escapes, and stay strings; a number that may not pass becomes one. What is no JSON passes too, looked at as text.
 */
final class PassingJson {
    private static final int LONGEST_ESCAPE = 6;

    private final PiiScanner scanner;
    private final Rewriting rewriting;
    private final StringBuilder escape = new StringBuilder(LONGEST_ESCAPE);

    /** Of the string that is open, or null between strings. */
    private @Nullable PassingText string;

    private PassingText between;

    PassingJson(PiiScanner scanner, Rewriting rewriting) {
        this.scanner = scanner;
        this.rewriting = rewriting;
        this.between = between();
    }

    private PassingText between() {
        return new PassingText(scanner, (entity, text) -> {
            var instead = rewriting.of(entity, text);
            return instead.equals(text) ? text : "\"" + instead + "\"";
        });
    }

    /**
     * The next piece.
     *
     * @return what may be shown now, perhaps nothing
     * @throws FoundException where it must not pass
     */
    String feed(String piece) {
        var out = new StringBuilder(piece.length());
        var from = 0;
        for (var at = 0; at < piece.length(); at++) {
            var c = piece.charAt(at);
            if (!escape.isEmpty()) {
                escape.append(c);
                from = at + 1;
                if (escape.charAt(1) != 'u' || escape.length() == LONGEST_ESCAPE) {
                    show(unescaped(), out);
                    escape.setLength(0);
                }
            } else if (string != null && c == '\\') {
                show(piece.substring(from, at), out);
                escape.append(c);
                from = at + 1;
            } else if (c == '"') {
                show(piece.substring(from, at), out);
                out.append(settle()).append(c);
                string = string == null ? new PassingText(scanner, rewriting) : null;
                between = between();
                from = at + 1;
            }
        }
        show(piece.substring(from), out);
        return out.toString();
    }

    private String unescaped() {
        var c = escape.charAt(1);
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'u' -> hex();
            default -> String.valueOf(c);
        };
    }

    private String hex() {
        var code = 0;
        for (var i = 2; i < LONGEST_ESCAPE; i++) {
            var digit = Character.digit(escape.charAt(i), 16);
            if (digit < 0) {
                return escape.toString();
            }
            code = code << 4 | digit;
        }
        return String.valueOf((char) code);
    }

    private void show(String piece, StringBuilder out) {
        if (piece.isEmpty()) {
            return;
        }
        out.append(string == null ? between.feed(piece) : inside(string.feed(piece)));
    }

    private static String inside(String text) {
        var quoted = JsonText.quote(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    /**
     * Nothing follows for now; as {@link PassingText#settle}.
     *
     * @throws FoundException where it must not pass
     */
    String settle() {
        return string == null ? between.settle() : inside(string.settle());
    }

    boolean holds() {
        return string == null ? between.holds() : string.holds();
    }
}
