package io.dromedary.api.read;

import com.fasterxml.jackson.core.JsonToken;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Members;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the JSON of one request once, from its first byte to its last, without building a tree. Each step either takes
 * what must stand at that place or throws the refusal that names the place ({@code param}) and what belongs there. A
 * member name that comes twice in one object is refused at any depth: readers would not agree on which one counts.
 *
 * <p>A step that takes a value leaves the cursor on the value's last token. Not thread-safe.
 */
public final class Cursor implements AutoCloseable {
    private static final int MAX_IDENTIFIER = 64;

    private final Tokens tokens;
    private Names names = new Names(null);
    private @Nullable JsonToken token;

    private Cursor(Tokens tokens) {
        this.tokens = tokens;
        this.token = tokens.next();
    }

    /**
     * A cursor on the body's only value.
     *
     * @throws RefusedException where the body is empty, is not UTF-8, or does not begin as JSON does
     */
    public static Cursor open(byte[] sent) {
        return new Cursor(new Tokens(BodyText.checked(sent)));
    }

    /** The bytes that all positions count from: what was sent, less a byte-order mark. */
    public byte[] body() {
        return tokens.body;
    }

    /** Position of the current token's first byte; for a name, of its opening quote. */
    public int start() {
        return tokens.start();
    }

    /** Position after the last byte of the value just taken. */
    public int end() {
        return tokens.end();
    }

    public boolean atNull() {
        return token == JsonToken.VALUE_NULL;
    }

    public boolean atString() {
        return token == JsonToken.VALUE_STRING;
    }

    public boolean atObject() {
        return token == JsonToken.START_OBJECT;
    }

    public boolean atArray() {
        return token == JsonToken.START_ARRAY;
    }

    public boolean atInteger() {
        return token == JsonToken.VALUE_NUMBER_INT;
    }

    /** Enters an object. */
    public void beginObject() {
        expect(JsonToken.START_OBJECT, "an object");
        names = names.enter();
    }

    /** Moves to the next member's name; null, and out of the object, after the last. */
    public @Nullable String name() {
        if (next() == JsonToken.END_OBJECT) {
            names = names.leave();
            return null;
        }
        return distinctName();
    }

    /** Moves from a member's name to its value. */
    public void value() {
        next();
    }

    /** Moves to the value of the next member that is not null, for null is as good as absent; null after the last. */
    public @Nullable String member() {
        for (var name = name(); name != null; name = name()) {
            if (next() != JsonToken.VALUE_NULL) {
                return name;
            }
        }
        return null;
    }

    /** Enters an array. */
    public void beginArray(String expected) {
        expect(JsonToken.START_ARRAY, expected);
    }

    /** Moves to the next element; false, and out of the array, after the last. */
    public boolean element() {
        return next() != JsonToken.END_ARRAY;
    }

    /** Where the members of the object that comes next stand, whatever their values are. */
    public Members members() {
        return members(name -> skip());
    }

    /**
     * Where the members of the object that comes next stand.
     *
     * @param each takes the value of the member of that name; it is not asked about a null
     */
    public Members members(Consumer<String> each) {
        beginObject();
        var members = new Members(start());
        for (var name = name(); name != null; name = name()) {
            var nameStart = start();
            value();
            var valueStart = start();
            if (!atNull()) {
                each.accept(name);
            }
            members.add(name, nameStart, valueStart, end());
        }
        members.close(start());
        return members;
    }

    /** Takes any value. */
    public void skip() {
        for (var depth = 0; ; next()) {
            switch (token) {
                case START_OBJECT -> {
                    names = names.enter();
                    depth++;
                }
                case END_OBJECT -> {
                    names = names.leave();
                    depth--;
                }
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case FIELD_NAME -> distinctName();
                case VALUE_NUMBER_FLOAT -> plainExponent();
                case null, default -> {}
            }
            if (depth == 0) {
                return;
            }
        }
    }

    /** Takes an object, whatever its members. */
    public void object() {
        expect(JsonToken.START_OBJECT, "an object");
        skip();
    }

    public boolean bool() {
        if (token == JsonToken.VALUE_TRUE) {
            return true;
        }
        expect(JsonToken.VALUE_FALSE, "a boolean");
        return false;
    }

    /** Takes a string, unread. */
    public void string() {
        expect(JsonToken.VALUE_STRING, "a string");
    }

    /** Takes a string of at most so many characters (UTF-16 units), unread. */
    public void string(int longest) {
        string();
        if (tokens.length() > longest) {
            throw Faults.longString(path(), longest, tokens.length());
        }
    }

    /** Takes a string of at least one character, unread. */
    public void filled() {
        string();
        var first = start() + 1;
        if (first < body().length && body()[first] == '"') {
            throw Faults.emptyString(path());
        }
    }

    /** The current string begins with these ASCII letters, of whatever case. An escape in it counts as different. */
    public boolean begins(String ascii) {
        var first = start() + 1;
        if (body().length - first < ascii.length()) {
            // the text may be cut within the string, which is then the fault to tell of
            end();
            return false;
        }
        for (var i = 0; i < ascii.length(); i++) {
            if (Character.toLowerCase(body()[first + i]) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Takes a string. */
    public String text() {
        string();
        return tokens.text();
    }

    /** Takes a string of 1 to {@code longest} characters. */
    public String text(int longest) {
        string(longest);
        filled();
        return tokens.text();
    }

    /** Takes a name as OpenAI has them for functions: 1 to 64 letters, digits, underscores and dashes. */
    public String identifier() {
        var text = text(MAX_IDENTIFIER);
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-') {
                throw Faults.noIdentifier(path());
            }
        }
        return text;
    }

    /** Takes one of a few strings. */
    public String oneOf(List<String> values) {
        var text = text();
        if (!values.contains(text)) {
            throw Faults.unsupported(path(), text, values);
        }
        return text;
    }

    /** Takes an integer written as one: neither {@code 1.0} nor {@code 1e3}, which backends refuse. */
    public long integer(long min, long max) {
        expect(JsonToken.VALUE_NUMBER_INT, "an integer");
        var fits = tokens.isLong();
        var value = fits ? tokens.integer() : 0;
        if (!fits || value < min || value > max) {
            var below = fits ? value < min : tokens.text().startsWith("-");
            throw Faults.outOfRange(path(), "integer", below, below ? min : max, tokens.text());
        }
        return value;
    }

    /** Takes a number. */
    public double number(long min, long max) {
        if (token != JsonToken.VALUE_NUMBER_INT) {
            expect(JsonToken.VALUE_NUMBER_FLOAT, "a decimal");
            plainExponent();
        }
        var value = tokens.decimal();
        if (value < min || value > max) {
            var below = value < min;
            throw Faults.outOfRange(path(), "decimal", below, below ? min : max, tokens.text());
        }
        return value;
    }

    /** Ends the walk: nothing but white space may follow. */
    public void finish() {
        var after = end();
        if (next() != null) {
            throw BrokenJson.refusal(
                    body(), BodyText.skipSpace(body(), after), "nothing may follow the request's object");
        }
    }

    /** Path of the current value or name, e.g. {@code messages[2].content}; empty for the whole body. */
    public String path() {
        return Path.of(tokens.context());
    }

    /** Path of what lies below the current value, e.g. {@code url} or {@code content[1].type}. */
    public String path(String below) {
        return Path.of(tokens.context(), below);
    }

    /** A refusal because the current value is of another type than it must be. */
    public RefusedException wrongType(String expected) {
        return Faults.wrongType(path(), expected, tokens.type());
    }

    @Override
    public void close() {
        tokens.close();
    }

    private @Nullable JsonToken next() {
        token = tokens.next();
        return token;
    }

    private void expect(JsonToken expected, String words) {
        if (token != expected) {
            throw wrongType(words);
        }
    }

    private String distinctName() {
        var name = tokens.name();
        if (!names.add(name)) {
            throw Faults.duplicate(path());
        }
        return name;
    }

    private void plainExponent() {
        if (tokens.hasLargeExponent()) {
            throw Faults.largeExponent(path());
        }
    }
}
