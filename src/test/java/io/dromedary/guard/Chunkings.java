package io.dromedary.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts full of personal data and of what looks like it, and ways to cut them. */
final class Chunkings {
    private static final List<String> PIECES = List.of(
            "john.doe@example.com",
            "jörg@müller.de",
            "a@b",
            "@",
            ".",
            "4111 1111 1111 1111",
            "4111-1111-1111-1112",
            "378282246310005",
            "DE89 3704 0044 0532 0130 00",
            "DE",
            "GB29NWBK60161331926819",
            "192.168.10.1",
            "1.2.3",
            "2001:db8::8a2e:370:7334",
            "::1",
            "12:30",
            "+49 (0)30 901820",
            "(212) 555-0123",
            "0",
            "00",
            "954-123-4567",
            "06 12 34 56 78",
            "123-45-6789",
            "AB 12 34 56 C",
            "RSSMRA85T10A562S",
            "12345678Z",
            "X-1234567-L",
            "44051401359",
            "131052-308T",
            "2025-12-31",
            "3.14159265358979",
            "Hello",
            "world",
            "I am",
            "\n",
            " ",
            " ",
            ", ",
            "-",
            "(",
            ")",
            "+",
            ":",
            "\\n",
            "\"",
            "😀",
            "7",
            "42",
            "日本");

    private Chunkings() {}

    static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (var count = random.nextInt(1, 12); count > 0; count--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
            if (random.nextInt(3) > 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    /** In pieces of a few characters, empty ones among them. */
    static List<String> cut(String text, SplittableRandom random) {
        var most = random.nextInt(1, 12);
        var pieces = new ArrayList<String>();
        for (var at = 0; at < text.length(); ) {
            var length = Math.min(random.nextInt(0, most + 1), text.length() - at);
            pieces.add(text.substring(at, at + length));
            at += length;
        }
        return pieces;
    }
}
