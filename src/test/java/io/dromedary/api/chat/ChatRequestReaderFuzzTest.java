package io.dromedary.api.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.dromedary.api.Mutations;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.Random;
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

    private static final Mutations MUTATIONS = new Mutations(SEEDS);

    @Test
    void a_mutated_request_is_read_or_refused() {
        var random = new Random(SEED);
        var read = 0;
        for (var i = 0; i < CASES; i++) {
            var body = MUTATIONS.next(random);
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

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
