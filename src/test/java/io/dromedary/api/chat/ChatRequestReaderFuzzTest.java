package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Mutated requests: whatever comes in, out comes a request or a refusal, never another exception. {@code -Dfuzz.long} tries
 * four times as many.
 */
final class ChatRequestReaderFuzzTest {
    private static final int CASES = System.getProperty("fuzz.long") == null ? 50_000 : 200_000;
    private static final long SEED = Long.getLong("fuzz.seed", 20_260_101L);

    private static final List<byte[]> SEEDS = List.of(
            bytes(
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9 😀 \\ud83d\\ude00\"}],\"n\":2}"),
            bytes(
                    "{\"model\":\"m\",\"messages\":\"hi\",\"temperature\":0.7,\"stop\":[\"a\",\"b\"],\"seed\":-12,\"x\":[1.5e3]}"),
            bytes("""
                    {"model": "m", "stream": true, "stream_options": {"include_usage": true}, "messages": [
                      {"role": "user", "content": [{"type": "text", "text": "a"},
                        {"type": "image_url", "image_url": {"url": "https://x/y", "detail": "low"}}]},
                      {"role": "assistant", "content": null, "tool_calls": [
                        {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{\\"a\\":1}"}}]},
                      {"role": "tool", "tool_call_id": "c", "content": "42"}],
                     "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
                     "tool_choice": {"type": "function", "function": {"name": "f"}}}"""),
            bytes("""
                    {"model":"m","messages":[{"role":"developer","content":""}],"metadata":{"a":"b"},"logit_bias":{"1":-3},
                    "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"a":[{}]},"strict":true}},
                    "input":{"pii":null,"entity_list":[]},"modalities":["text"],"logprobs":true,"top_logprobs":3}"""));

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

    @Test
    void a_mutated_request_is_read_or_refused() {
        var random = new Random(SEED);
        var read = 0;
        for (var i = 0; i < CASES; i++) {
            var body = mutated(random);
            try {
                var request = ChatRequestReader.read(body.clone());
                read++;
                if (read % 50 == 0) {
                    theSpansFit(request);
                }
            } catch (RefusedException e) {
                if (e.refusal().status() != 400 || e.refusal().message().isEmpty()) {
                    fail("seed " + SEED + ", case " + i + ": " + e.refusal() + " for " + new String(body, UTF_8));
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ", case " + i + ": " + new String(body, UTF_8), e);
            }
        }
        assertThat(read).as("some mutations must leave the request valid").isBetween(CASES / 50, CASES / 2);
    }

    private static void theSpansFit(ChatRequest request) {
        var tree = request.tree();
        var members = request.members();
        assertThat(members.size()).isEqualTo(tree.size());
        for (var i = 0; i < members.size(); i++) {
            assertThat(Json.read(request.body(), members.valueStart(i), members.valueEnd(i) - members.valueStart(i)))
                    .isEqualTo(tree.get(members.name(i)));
        }
        assertThat(Json.bytes(tree)).isNotEmpty();
    }

    private static byte[] mutated(RandomGenerator random) {
        var body = SEEDS.get(random.nextInt(SEEDS.size()));
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
