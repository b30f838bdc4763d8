package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Mutations;
import io.dromedary.api.error.RefusedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Mutated requests: whatever comes in, out comes a chat request or a refusal that speaks of the Responses API, never another
 * exception. {@code -Dfuzz.long} tries four times as many.
 */
final class ResponseRequestReaderFuzzTest {
    private static final int CASES = System.getProperty("fuzz.long") == null ? 40_000 : 160_000;
    private static final long SEED = Long.getLong("fuzz.seed", 20_260_501L);

    private static final Mutations MUTATIONS = new Mutations(List.of(
            bytes(
                    "{\"model\":\"m\",\"input\":\"h\\u00e9 😀 \\ud83d\\ude00\",\"temperature\":0.7,\"stop\":[\"a\"],\"x\":[1.5e3]}"),
            bytes("""
                    {"model":"m","stream":true,"stream_options":{"include_obfuscation":false},"input":[
                      {"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"https://x/y","detail":"low"},
                        {"type":"input_file","file_id":"file-1"}]},
                      {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"e"},
                      {"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"},{"type":"refusal","refusal":"c"}]},
                      {"type":"function_call","call_id":"c","name":"f","arguments":"{\\"a\\":1}"},
                      {"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"42"}]}],
                     "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],
                     "tool_choice":{"type":"function","name":"f"}}"""),
            bytes("""
                    {"model":"m","input":[{"role":"developer","content":""},{"type":"custom_tool_call","call_id":"c","name":"t","input":""},
                      {"type":"custom_tool_call_output","call_id":"c","output":""},{"id":"msg_1"},{"type":"compaction","encrypted_content":"x"}],
                     "metadata":{"a":"b"},"text":{"format":{"type":"json_schema","name":"s","schema":{"a":[{}]}},"verbosity":"low"},
                     "tools":[{"type":"custom","name":"t","format":{"type":"text"}}],"include":["message.output_text.logprobs"],
                     "tool_choice":{"type":"allowed_tools","mode":"auto","tools":[{"type":"custom","name":"t"}]}}"""),
            bytes("""
                    {"prompt":{"id":"p","version":"1","variables":{"a":"b","c":{"type":"input_text","text":"d"}}},"model":"m",
                    "conversation":{"id":"conv_1"},"input":[{"role":"user","content":"x"}],"reasoning":{"effort":"low","summary":null},"top_logprobs":3,"seed":-12,
                    "context_management":[{"type":"compaction","compact_threshold":5000}],"background":false}""")));

    @Test
    void a_mutated_request_is_read_or_refused() {
        var random = new Random(SEED);
        var read = 0;
        for (var i = 0; i < CASES; i++) {
            var body = MUTATIONS.next(random);
            try {
                var request = ResponseRequestReader.read(body.clone());
                var chat = ChatForm.read(request, resolved(request.input()));
                assertThat(chat.stream()).isEqualTo(request.stream());
                read++;
            } catch (RefusedException e) {
                var refusal = e.refusal();
                if (refusal.status() != 400
                        || refusal.message().isEmpty()
                        || String.valueOf(refusal.param()).startsWith("messages")) {
                    fail("seed " + SEED + ", case " + i + ": " + refusal + " for " + new String(body, UTF_8));
                }
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ", case " + i + ": " + new String(body, UTF_8), e);
            }
        }
        assertThat(read).as("some mutations must leave the request valid").isBetween(CASES / 100, CASES / 2);
    }

    /** As memory would give them: what it would have to look up is left out. Cut down to what fits, if that can be. */
    private static List<ObjectNode> resolved(List<ObjectNode> input) {
        var items = input.stream()
                .filter(item ->
                        !List.of(ItemType.REFERENCE, ItemType.COMPACTION).contains(ItemType.of(item)))
                .toList();
        CallIds.check(List.of(), items);
        try {
            return Truncation.fit(items, 300);
        } catch (RefusedException e) {
            assertThat(e.refusal().code()).isEqualTo("context_length_exceeded");
            return items;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
