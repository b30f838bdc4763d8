package io.dromedary.api.responses;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A text with variables, each written as its name in double braces: <code>Hello {{name}}</code>. What is put in for one is
 * not looked at for others.
 *
 * @param pieces text and variables, in turn
 */
public record PromptText(List<Piece> pieces) {
    private static final Pattern VARIABLE = Pattern.compile("\\{\\{ *([A-Za-z_][A-Za-z0-9_]{0,63}) *}}");

    /** A piece of it. */
    public sealed interface Piece {}

    /** Text that stands as it is. */
    public record Plain(String text) implements Piece {}

    /** A variable by its name. */
    public record Named(String name) implements Piece {}

    public static PromptText of(String text) {
        List<Piece> pieces = new ArrayList<>();
        var matcher = VARIABLE.matcher(text);
        var end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                pieces.add(new Plain(text.substring(end, matcher.start())));
            }
            pieces.add(new Named(matcher.group(1)));
            end = matcher.end();
        }
        if (end < text.length()) {
            pieces.add(new Plain(text.substring(end)));
        }
        return new PromptText(List.copyOf(pieces));
    }

    /** The names of its variables, in their order. */
    public Set<String> names() {
        var names = new LinkedHashSet<String>();
        for (var piece : pieces) {
            if (piece instanceof Named variable) {
                names.add(variable.name());
            }
        }
        return names;
    }
}
