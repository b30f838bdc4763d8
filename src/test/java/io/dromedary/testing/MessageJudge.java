package io.dromedary.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows a stream of the Messages API as Anthropic's own clients do, and holds it to what they ask of one: events named as
 * their type, one block open at a time, numbers without a gap, deltas of the block's own kind, one end.
 */
public final class MessageJudge {
    private final ObjectNode message = Json.MAPPER.createObjectNode();
    private final StringBuilder input = new StringBuilder();
    private @Nullable ObjectNode open;
    private boolean ending;
    private boolean over;

    private MessageJudge() {}

    /** The message that the stream adds up to. */
    public static ObjectNode judge(String events) {
        var judge = new MessageJudge();
        for (var frame : events.split("\n\n")) {
            var lines = frame.split("\n");
            assertThat(lines).as(frame).hasSize(2);
            assertThat(lines[0]).startsWith("event: ");
            assertThat(lines[1]).startsWith("data: {");
            var event = Json.object(lines[1].substring(6).getBytes(StandardCharsets.UTF_8));
            assertThat(lines[0]).isEqualTo("event: " + type(event));
            judge.take(event);
        }
        assertThat(judge.over).as(events).isTrue();
        return judge.message;
    }

    private static String type(ObjectNode node) {
        return node.path("type").asText();
    }

    private void take(ObjectNode event) {
        var what = event.toString();
        assertThat(over).as("an event after the last: %s", what).isFalse();
        assertThat(message.isEmpty()).as(what).isEqualTo(type(event).equals("message_start"));
        switch (type(event)) {
            case "message_start" -> {
                message.setAll((ObjectNode) event.path("message"));
                assertThat(content()).isEmpty();
            }
            case "ping" -> {}
            case "content_block_start" -> {
                assertThat(ending || open != null).as(what).isFalse();
                assertThat(event.path("index").asInt(-1))
                        .as(what)
                        .isEqualTo(content().size());
                open = ((ObjectNode) event.path("content_block")).deepCopy();
            }
            case "content_block_delta" -> delta(open(event), (ObjectNode) event.path("delta"));
            case "content_block_stop" -> {
                var block = open(event);
                if (type(block).equals("tool_use") && !input.isEmpty()) {
                    block.set("input", Json.object(input.toString().getBytes(StandardCharsets.UTF_8)));
                }
                input.setLength(0);
                content().add(block);
                open = null;
            }
            case "message_delta" -> {
                assertThat(ending || open != null).as(what).isFalse();
                ending = true;
                message.setAll((ObjectNode) event.path("delta"));
                message.set("usage", event.path("usage"));
            }
            case "message_stop" -> {
                assertThat(ending).as(what).isTrue();
                over = true;
            }
            default -> throw new AssertionError("an event nobody told of: " + what);
        }
    }

    private ArrayNode content() {
        return message.withArray("content");
    }

    private ObjectNode open(ObjectNode event) {
        var block = Objects.requireNonNull(open, event.toString());
        assertThat(event.path("index").asInt(-1))
                .as(event.toString())
                .isEqualTo(content().size());
        return block;
    }

    private void delta(ObjectNode block, ObjectNode delta) {
        switch (type(block) + " " + type(delta)) {
            case "text text_delta" -> append(block, "text", delta);
            case "thinking thinking_delta" -> append(block, "thinking", delta);
            case "thinking signature_delta" -> block.set("signature", delta.path("signature"));
            case "tool_use input_json_delta" ->
                input.append(delta.path("partial_json").asText());
            default -> throw new AssertionError("a delta of another block: " + delta + " in " + block);
        }
    }

    private static void append(ObjectNode block, String member, ObjectNode delta) {
        block.put(member, block.path(member).asText() + delta.path(member).asText());
    }
}
