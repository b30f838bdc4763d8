package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.dromedary.api.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Chat completion requests that must be refused with 400, and how. */
public final class MalformedRequests {
    private static final String VALID = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    /** Names, values, brackets and braces of {@link #VALID}. */
    private static final int VALID_TOKENS = 13;

    private final List<Case> cases = new ArrayList<>();

    private MalformedRequests() {}

    /**
     * One request and its refusal.
     *
     * @param param the error's {@code param}
     * @param code the error's {@code code}
     * @param words what the message has in it
     */
    public record Case(
            String name,
            byte[] body,
            @Nullable String param,
            @Nullable String code,
            String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    public static List<Case> all() {
        var requests = new MalformedRequests();
        requests.table();
        requests.encodings();
        requests.sizes();
        requests.positions();
        return List.copyOf(requests.cases);
    }

    /** The rows of {@code chat/malformed-requests.txt}. */
    private void table() {
        var around = "%s";
        for (var line : resource().lines().toList()) {
            if (line.startsWith("== ")) {
                around = line.substring(3);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                var columns = line.split("\\| ", 4);
                var inner = switch (columns[3]) {
                    case "(empty)" -> "";
                    case "(blank)" -> " \r\n\t";
                    default -> columns[3];
                };
                add(
                        columns[0].strip() + " <- " + inner,
                        around.replace("%s", inner).getBytes(UTF_8),
                        orNull(columns[0]),
                        orNull(columns[1]),
                        columns[2].strip());
            }
        }
    }

    private void encodings() {
        var faults = List.of(
                bytes(0x80),
                bytes(0xbf),
                bytes(0xc0, 0x80),
                bytes(0xc1, 0xbf),
                bytes(0xc3),
                bytes(0xc3, 0x28),
                bytes(0xe0, 0x80, 0x80),
                bytes(0xe0, 0x9f, 0xbf),
                bytes(0xe2, 0x82),
                bytes(0xe2, 0x28, 0xa1),
                bytes(0xed, 0xa0, 0x80),
                bytes(0xed, 0xbf, 0xbf),
                bytes(0xf0, 0x80, 0x80, 0x80),
                bytes(0xf0, 0x9f, 0x98),
                bytes(0xf0, 0x9f, 0x28, 0x80),
                bytes(0xf4, 0x90, 0x80, 0x80),
                bytes(0xf5, 0x80, 0x80, 0x80),
                bytes(0xf8, 0x88, 0x80, 0x80, 0x80),
                bytes(0xfe),
                bytes(0xff));
        for (var fault : faults) {
            broken("not UTF-8 in content: " + hex(fault), spliced("hi", fault), "not valid UTF-8");
        }
        broken("not UTF-8 in a name", spliced("messages", bytes(0xe9)), "line 1, column 15");
        broken("Latin-1", VALID.replace("hi", "déjà vu").getBytes(ISO_8859_1), "not valid UTF-8");
        broken("not UTF-8 after the end", spliced("]}", bytes(']', '}', 0xff)), "not valid UTF-8");
        broken("a sequence cut by the end", bytes('{', '"', 0xe2, 0x82), "not valid UTF-8");
        for (var charset : List.of(UTF_16BE, UTF_16LE, Charset.forName("UTF-32BE"), Charset.forName("UTF-32LE"))) {
            broken(charset.name(), VALID.getBytes(charset), "NUL byte");
        }
        broken("UTF-16 with a mark", ("\ufeff" + VALID).getBytes(UTF_16LE), "not valid UTF-8");
        broken("two marks", ("\ufeff\ufeff" + VALID).getBytes(UTF_8), "line 1, column 1");
        add("only a mark", "\ufeff".getBytes(UTF_8), null, null, "is empty");
        broken("NUL first", ("\0" + VALID).getBytes(UTF_8), "line 1, column 1");
        broken("NUL between tokens", VALID.replace(",", ",\0").getBytes(UTF_8), "line 1, column 14");
        broken("NUL in a string", VALID.replace("hi", "h\0i").getBytes(UTF_8), "line 1, column");
        broken("NUL in a name", VALID.replace("role", "ro\0le").getBytes(UTF_8), "line 1, column");
        broken("NUL last", (VALID + "\0").getBytes(UTF_8), "line 1, column 58");
        broken("a raw tab in a string", VALID.replace("hi", "h\ti").getBytes(UTF_8), "line 1, column");
        broken("a raw newline in a string", VALID.replace("hi", "h\ni").getBytes(UTF_8), "line 1, column");
    }

    private void sizes() {
        for (var depth : List.of(65, 66, 1000, 100_000)) {
            var arrays = "[".repeat(depth - 1) + "]".repeat(depth - 1);
            add("arrays " + depth + " deep", with("\"x\":" + arrays), "x" + "[0]".repeat(63), null, "deeper than 64");
        }
        var objects = "{\"a\":".repeat(64) + "1" + "}".repeat(64);
        add("objects 65 deep", with("\"x\":" + objects), "x" + ".a".repeat(63), null, "deeper than 64");
        var schema = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + objects + "}}]";
        add("a schema 68 deep", with(schema), "tools[0].function.parameters" + ".a".repeat(60), null, "deeper than 64");
        add("an array never closed", "[".repeat(10_000).getBytes(UTF_8), null, "invalid_type", "an array");

        var zeros = Json.MAX_TOKENS - VALID_TOKENS - 3 + 1;
        broken(
                "one value too many",
                with("\"x\":[" + "0,".repeat(zeros - 1) + "0]"),
                "too many values: at most 500000");

        add("an integer of 1001 digits", with("\"x\":" + "9".repeat(1001)), "x", null, "more than 1000 digits");
        add("a decimal of 1001 digits", with("\"x\":0." + "1".repeat(1001)), "x", null, "more than 1000 digits");
        add("a million digits", with("\"seed\":" + "1".repeat(1_000_000)), "seed", null, "more than 1000 digits");
        add(
                "999 digits",
                with("\"max_tokens\":" + "9".repeat(999)),
                "max_tokens",
                "integer_above_max_value",
                "<= 2147483647");
        add(
                "a long model",
                VALID.replace("\"m\"", "\"" + "m".repeat(257) + "\"").getBytes(UTF_8),
                "model",
                "string_above_max_length",
                "maximum length 256, but got a string with length 257");
        add(
                "a long value of metadata",
                with("\"metadata\":{\"a\":\"" + "é".repeat(513) + "\"}"),
                "metadata.a",
                "string_above_max_length",
                "maximum length 512, but got a string with length 513");
        var tool = "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";
        add(
                "129 tools",
                with("\"tools\":[" + (tool + ",").repeat(128) + tool + "]"),
                "tools",
                "array_above_max_length",
                "maximum length 128, but got an array with length 129");
        add(
                "129 functions",
                with("\"functions\":[" + "{\"name\":\"f\"},".repeat(128) + "{\"name\":\"f\"}]"),
                "functions",
                "array_above_max_length",
                "maximum length 128");
        var names = IntStream.range(0, 5000).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(","));
        add("one of 5000 names twice", with("\"x\":{" + names + ",\"k77\":1}"), "x.k77", null, "more than once");
        broken(
                "a member name of 60000 bytes",
                with("\"" + "k".repeat(60_000) + "\":1"),
                "member name of the request is too long");
        add(
                "a path too long to show",
                with("\"" + "k".repeat(1000) + "\":{\"a\":1,\"a\":2}"),
                "k".repeat(256) + "...",
                null,
                "more than once");
    }

    private void positions() {
        broken("a fault in the third line", "{\n  \"model\": \"m\",\n    oops\n}".getBytes(UTF_8), "line 3, column 5");
        broken("after Windows lines", "{\r\n\"model\": \"m\",\r\n!}".getBytes(UTF_8), "line 3, column 1");
        broken("columns are characters", "{\"é😀\":!}".getBytes(UTF_8), "line 1, column 7");
        broken("cut in the second line", "{\"model\":\n\"m".getBytes(UTF_8), "line 2, column 3");
        broken("not UTF-8 in the second line", join("{\n\"a".getBytes(UTF_8), bytes(0xff)), "line 2, column 3");
    }

    private void broken(String name, byte[] body, String words) {
        add(name, body, null, null, words);
    }

    private void add(String name, byte[] body, @Nullable String param, @Nullable String code, String words) {
        cases.add(new Case(cases.size() + " " + shortened(name), body, param, code, words));
    }

    private static byte[] with(String member) {
        return (VALID.substring(0, VALID.length() - 1) + "," + member + "}").getBytes(UTF_8);
    }

    /** The valid request with bytes in place of a text that it has once. */
    private static byte[] spliced(String text, byte[] with) {
        var at = VALID.lastIndexOf(text);
        return join(
                VALID.substring(0, at).getBytes(UTF_8),
                with,
                VALID.substring(at + text.length()).getBytes(UTF_8));
    }

    private static byte[] join(byte[]... pieces) {
        var joined = new ByteArrayOutputStream();
        for (var piece : pieces) {
            joined.writeBytes(piece);
        }
        return joined.toByteArray();
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (var i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    private static @Nullable String orNull(String column) {
        return column.strip().equals("-") ? null : column.strip();
    }

    private static String shortened(String name) {
        return name.length() <= 120 ? name : name.substring(0, 120) + "...";
    }

    private static String resource() {
        try (var in = MalformedRequests.class.getResourceAsStream("/chat/malformed-requests.txt")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
