package io.dromedary.backend.dialect;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dromedary.api.json.Json;
import java.io.IOException;
import java.util.SplittableRandom;

/** JSON texts out of a seeded generator, with odd spacing, escapes and number formats, whole or damaged. */
final class RandomJson {
    private static final String[] PIECES = {
        "a",
        "model",
        "id",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\\\"",
        "\\\\",
        "\\n",
        "\\u00e9",
        "\\ud83e\\udd99",
        "é",
        "🦙",
        " ",
        "/",
        "\\/",
        "null",
        "data: ",
        "longer than eight bytes"
    };
    private static final String[] NUMBERS = {"0", "-1", "1.0", "1e3", "-0.25E-2", "12345678901234567890", "1.50"};
    private static final String[] SPACES = {"", "", "", " ", "\n", "\t ", "\r\n"};
    private static final byte[] DAMAGE = {
        '{', '}', '[', ']', ',', ':', '"', '\\', '0', '1', '.', 'e', '-', 'n', 't', ' ', 1
    };

    /** Jackson as it judges JSON by itself: numbers of any size, one value and nothing behind it. */
    private static final ObjectMapper STRICT =
            new ObjectMapper(Json.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private RandomJson() {}

    static boolean isJson(byte[] text) {
        try {
            return !STRICT.readTree(text).isMissingNode();
        } catch (IOException e) {
            return false;
        }
    }

    static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0 -> string(random);
            case 1 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 2 -> "true";
            case 3 -> "false";
            case 4 -> "null";
            case 5 -> array(random, depth - 1);
            default -> object(random, depth - 1);
        };
    }

    static String object(SplittableRandom random, int depth) {
        var json = new StringBuilder("{").append(space(random));
        var size = random.nextInt(5);
        for (var i = 0; i < size; i++) {
            json.append(i == 0 ? "" : ",").append(space(random));
            json.append(string(random)).append(space(random)).append(':').append(space(random));
            json.append(value(random, depth)).append(space(random));
        }
        return json.append('}').toString();
    }

    private static String array(SplittableRandom random, int depth) {
        var json = new StringBuilder("[").append(space(random));
        var size = random.nextInt(5);
        for (var i = 0; i < size; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(space(random))
                    .append(value(random, depth))
                    .append(space(random));
        }
        return json.append(']').toString();
    }

    static String string(SplittableRandom random) {
        var json = new StringBuilder("\"");
        var size = random.nextInt(5);
        for (var i = 0; i < size; i++) {
            json.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return json.append('"').toString();
    }

    static String space(SplittableRandom random) {
        return SPACES[random.nextInt(SPACES.length)];
    }

    /** With one byte cut out, put in or replaced, never in the middle of a character. */
    static byte[] damaged(SplittableRandom random, byte[] json) {
        var at = random.nextInt(json.length + 1);
        while (at < json.length && json[at] < 0) {
            at++;
        }
        var cut = random.nextInt(2) == 0 && at < json.length ? 1 : 0;
        var put = cut == 0 || random.nextInt(2) == 0 ? 1 : 0;
        var damaged = new byte[json.length - cut + put];
        System.arraycopy(json, 0, damaged, 0, at);
        if (put == 1) {
            damaged[at] = DAMAGE[random.nextInt(DAMAGE.length)];
        }
        System.arraycopy(json, at + cut, damaged, at + put, json.length - at - cut);
        return damaged;
    }
}
