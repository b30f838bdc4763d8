package io.dromedary.backend.dialect.anthropic;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.json.Json;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.UpstreamError;
import io.dromedary.backend.dialect.blocks.BlockAnswer;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Reads a message of the Messages API, or the events that it comes in. Events and blocks that nobody knows are left out. */
final class AnthropicAnswer extends BlockAnswer {
    /** Usage so far: what a later event says of a count replaces it. */
    private final ObjectNode usage = Json.MAPPER.createObjectNode();

    AnthropicAnswer(ChatRequest request, Target target, Ids ids, InstantSource clock) {
        super(request, target, AnthropicRequest.answersByTool(request, target), ids, clock);
    }

    @Override
    protected @Nullable AttemptFailure error(ObjectNode answer) {
        return text(answer, "type").equals("error") || answer.path("error").isObject()
                ? UpstreamError.inStream(answer)
                : null;
    }

    @Override
    protected void read(ObjectNode answer, Sink into) {
        for (var block : answer.path("content")) {
            switch (text(block, "type")) {
                case "text" -> into.text(text(block, "text"));
                case "tool_use" ->
                    into.call(
                            text(block, "id"),
                            text(block, "name"),
                            block.path("input").isObject() ? block.path("input").toString() : "{}");
                case "thinking" -> into.thinking(text(block, "thinking"), text(block, "signature"));
                case "redacted_thinking" -> into.redacted(text(block, "data"));
                default -> into.drop();
            }
        }
        count(answer.path("usage"), into);
        into.stop(text(answer, "stop_reason"), refusal(answer));
    }

    @Override
    protected void read(ObjectNode event, Sink into, ByteArrayBuilder out) {
        switch (text(event, "type")) {
            case "message_start" -> count(event.path("message").path("usage"), into);
            case "content_block_start" -> begin(index(event), event.path("content_block"), into, out);
            case "content_block_delta" -> delta(index(event), event.path("delta"), into, out);
            case "content_block_stop" -> into.blockEnds(index(event), out);
            case "message_delta" -> {
                count(event.path("usage"), into);
                into.counted();
                into.stop(text(event.path("delta"), "stop_reason"), refusal(event.path("delta")), out);
            }
            case "message_stop" -> into.done();
            case "error" -> into.error(UpstreamError.inStream(event));
            case "ping" -> {}
            default -> into.drop();
        }
    }

    private static int index(JsonNode event) {
        return event.path("index").asInt();
    }

    private static void begin(int index, JsonNode block, BlockAnswer.Sink into, ByteArrayBuilder out) {
        switch (text(block, "type")) {
            case "text" -> {
                if (!text(block, "text").isEmpty()) {
                    into.text(text(block, "text"), out);
                }
            }
            case "tool_use" -> {
                into.callBegins(index, text(block, "id"), text(block, "name"), out);
                if (!block.path("input").isEmpty()) {
                    into.input(index, block.path("input").toString(), out);
                }
            }
            case "thinking" -> {
                into.thinking(index, text(block, "thinking"), out);
                into.signature(index, text(block, "signature"));
            }
            case "redacted_thinking" -> into.redacted(text(block, "data"), out);
            default -> into.drop();
        }
    }

    private static void delta(int index, JsonNode delta, BlockAnswer.Sink into, ByteArrayBuilder out) {
        switch (text(delta, "type")) {
            case "text_delta" -> into.text(text(delta, "text"), out);
            case "input_json_delta" -> into.input(index, text(delta, "partial_json"), out);
            case "thinking_delta" -> into.thinking(index, text(delta, "thinking"), out);
            case "signature_delta" -> into.signature(index, text(delta, "signature"));
            default -> into.drop();
        }
    }

    private void count(JsonNode sent, BlockAnswer.Sink into) {
        for (var member : sent.properties()) {
            if (!member.getValue().isNull()) {
                usage.set(member.getKey(), member.getValue());
            }
        }
        if (usage.isEmpty()) {
            return;
        }
        var read = usage.path("cache_read_input_tokens").asLong();
        var written = usage.path("cache_creation_input_tokens").asLong();
        var details = usage.path("output_tokens_details");
        into.usage(
                new Usage(
                        usage.path("input_tokens").asLong() + read + written,
                        usage.path("output_tokens").asLong(),
                        read,
                        details.path("thinking_tokens")
                                .asLong(details.path("reasoning_tokens").asLong())),
                written);
        into.tier(text(usage, "service_tier"));
    }

    /** Why it would not answer, where it says so. */
    private static String refusal(JsonNode stopped) {
        return text(stopped, "stop_reason").equals("refusal") ? text(stopped.path("stop_details"), "explanation") : "";
    }
}
