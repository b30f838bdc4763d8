package io.dromedary.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Requests with some of their bytes changed, cut out, doubled, or replaced by pieces that readers stumble over.
 *
 * @param seeds sound requests
 */
public record Mutations(List<byte[]> seeds) {
    private static final List<byte[]> PIECES = List.of(
            bytes("null"),
            bytes("true"),
            bytes("{}"),
            bytes("[]"),
            bytes("\"\""),
            bytes("-1"),
            bytes("1e999"),
            bytes("99999999999999999999"),
            bytes(","),
            bytes(":"),
            bytes("{\"a\":"),
            bytes("\"model\":\"m\","),
            bytes("\\ud83d"),
            bytes("\\"),
            bytes("\""),
            bytes("/*"),
            bytes("NaN"),
            bytes("\ufeff"),
            bytes("[[[[[[[[[[[[[[[["),
            bytes("😀"),
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {0},
            new byte[] {(byte) 0xff});

    /** One of the seeds, changed in one to three places. */
    public byte[] next(RandomGenerator random) {
        var body = seeds.get(random.nextInt(seeds.size()));
        for (var times = 1 + random.nextInt(3); times > 0; times--) {
            var at = random.nextInt(body.length + 1);
            var end = Math.min(body.length, at + random.nextInt(8));
            body = switch (random.nextInt(6)) {
                case 0 -> replaced(body, at, end, new byte[0]);
                case 1 -> replaced(body, at, at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> replaced(body, at, end, PIECES.get(random.nextInt(PIECES.size())));
                case 3 -> flipped(body, random);
                case 4 -> replaced(body, at, at, Arrays.copyOfRange(body, at, Math.min(body.length, at + 40)));
                default -> random.nextInt(4) == 0 ? Arrays.copyOf(body, at) : flipped(body, random);
            };
        }
        return body;
    }

    private static byte[] flipped(byte[] body, RandomGenerator random) {
        if (body.length == 0) {
            return body;
        }
        var copy = body.clone();
        copy[random.nextInt(copy.length)] =
                (byte) (random.nextBoolean() ? 32 + random.nextInt(95) : random.nextInt(256));
        return copy;
    }

    private static byte[] replaced(byte[] body, int from, int to, byte[] with) {
        var result = new byte[body.length - (to - from) + with.length];
        System.arraycopy(body, 0, result, 0, from);
        System.arraycopy(with, 0, result, from, with.length);
        System.arraycopy(body, to, result, from + with.length, body.length - to);
        return result;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
