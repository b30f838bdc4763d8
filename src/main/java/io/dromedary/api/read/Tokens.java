package io.dromedary.api.read;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The parser under a {@link Cursor}: its tokens and their texts, and every fault of it as a refusal. */
final class Tokens {
    /** Digits that an exponent may have: enough for every number, too few to blow up a decimal. */
    private static final int LONGEST_EXPONENT = 5;

    final byte[] body;
    private final JsonParser parser;
    private @Nullable JsonToken current;

    Tokens(byte[] body) {
        this.body = body;
        try {
            this.parser = Json.FACTORY.createParser(body);
        } catch (IOException e) {
            throw BrokenJson.refusal(body, 0, "it cannot be read");
        }
    }

    /** The next token, null after the last. */
    @Nullable
    JsonToken next() {
        try {
            current = parser.nextToken();
            return current;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    @Nullable
    JsonToken current() {
        return current;
    }

    JsonStreamContext context() {
        return parser.getParsingContext();
    }

    /** Position of the token's first byte; for a name, of its opening quote. */
    int start() {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** Position after the token's last byte. */
    int end() {
        try {
            parser.finishToken();
            return (int) parser.currentLocation().getByteOffset();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    String text() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Characters of the current string. */
    int length() {
        try {
            return parser.getTextLength();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** The current integer is one of 64 bits. */
    boolean isLong() {
        try {
            return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    long integer() {
        try {
            return parser.getLongValue();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    double decimal() {
        try {
            return parser.getDoubleValue();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** The current number has an exponent that no reader could be expected to take. */
    boolean hasLargeExponent() {
        try {
            var text = parser.getTextCharacters();
            var from = parser.getTextOffset();
            var to = from + parser.getTextLength();
            var at = from;
            while (at < to && text[at] != 'e' && text[at] != 'E') {
                at++;
            }
            while (at < to && (text[at] < '1' || text[at] > '9')) {
                at++;
            }
            return to - at > LONGEST_EXPONENT;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** The current value's type in words. */
    String type() {
        return switch (current) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a decimal";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case null, default -> "null";
        };
    }

    void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private RefusedException broken(IOException e) {
        return BrokenJson.refusal(body, parser, e);
    }
}
