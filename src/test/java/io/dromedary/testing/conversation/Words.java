package io.dromedary.testing.conversation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * Texts that no other text of a conversation is like: each has a mark with a number, and around it what translators trip
 * over. A mark is of letters and digits, so that names and base64 can have one as well.
 */
public final class Words {
    static final Pattern MARK = Pattern.compile("m0k(\\d+)k0m");

    private static final String[] ODD = {
        "plain words",
        "",
        " ",
        "\n\n",
        "\"quoted\" \\back\\slashes\\ /",
        "\ttab\r\nand lines\n",
        "é",
        "e\u0301 combined",
        "日本語、한국어",
        "🦙",
        "👩‍👩‍👧‍👦 of seven",
        "\u202eright to left\u202c",
        "\u2028line\u2029paragraph",
        "\u0000\u0001\u001f\u007f",
        "\ufeffmark",
        "\uffff\ufffd",
        "𝒳𐍈",
        "{\"json\": [1, {\"x\": null}]}",
        "data: [DONE]\n\n",
        "event: error",
        "<|im_end|></s><tool_call>",
        "%s $1 ${x} {0}",
        "null",
        "![ ](x)"
    };

    private final SplittableRandom random;
    private int marks;

    Words(SplittableRandom random) {
        this.random = random;
    }

    /** A new mark alone. */
    String mark() {
        return "m0k" + marks++ + "k0m";
    }

    /** A text around a new mark, which neither begins nor ends with white space. */
    String text() {
        var text = new StringBuilder("a");
        odd(text);
        text.append(mark());
        odd(text);
        return text.append("z").toString();
    }

    private void odd(StringBuilder text) {
        for (var count = random.nextInt(3); count > 0; count--) {
            text.append(ODD[random.nextInt(ODD.length)]);
        }
    }

    /** Base64 around a new mark. */
    String base64() {
        var mark = mark();
        return mark + "A".repeat((4 - mark.length() % 4) % 4) + "BBBB".repeat(random.nextInt(4));
    }

    /** The text in pieces, none of which ends amid a character. */
    public static List<String> pieces(String text, SplittableRandom random) {
        var pieces = new ArrayList<String>();
        for (var at = 0; at < text.length(); ) {
            var end = Math.min(text.length(), at + 1 + random.nextInt(12));
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }
}
