package io.dromedary.backend.dialect.bedrock;

import static io.dromedary.backend.dialect.blocks.Turns.text;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.Ids;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.Target;
import io.dromedary.backend.dialect.blocks.BlockAnswer;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Reads an answer of {@code Converse}, or the events of {@code ConverseStream} as {@link EventStream} hands them on. */
final class ConverseAnswer extends BlockAnswer {
    ConverseAnswer(ChatRequest request, Target target, Ids ids, InstantSource clock) {
        super(request, target, ConverseRequest.answersByTool(request, target), ids, clock);
    }

    @Override
    protected @Nullable AttemptFailure error(ObjectNode answer) {
        return answer.has("output") || answer.has("stopReason") ? null : ConverseErrors.inBody(answer);
    }

    @Override
    protected void read(ObjectNode answer, Sink into) {
        for (var block : answer.path("output").path("message").path("content")) {
            if (block.has("text")) {
                into.text(text(block, "text"));
            } else if (block.has("toolUse")) {
                var call = block.path("toolUse");
                into.call(
                        text(call, "toolUseId"),
                        text(call, "name"),
                        call.path("input").isObject() ? call.path("input").toString() : "{}");
            } else if (block.path("reasoningContent").has("reasoningText")) {
                var thought = block.path("reasoningContent").path("reasoningText");
                into.thinking(text(thought, "text"), text(thought, "signature"));
            } else if (block.path("reasoningContent").has("redactedContent")) {
                into.redacted(text(block.path("reasoningContent"), "redactedContent"));
            } else {
                into.drop();
            }
        }
        count(answer.path("usage"), into);
        into.stop(text(answer, "stopReason"), "");
    }

    @Override
    protected void read(ObjectNode event, Sink into, ByteArrayBuilder out) {
        var names = event.fieldNames();
        var type = names.hasNext() ? names.next() : "";
        var said = event.path(type);
        var index = said.path("contentBlockIndex").asInt();
        switch (type) {
            case "contentBlockStart" -> {
                var call = said.path("start").path("toolUse");
                if (call.isObject()) {
                    into.callBegins(index, text(call, "toolUseId"), text(call, "name"), out);
                }
            }
            case "contentBlockDelta" -> delta(index, said.path("delta"), into, out);
            case "contentBlockStop" -> into.blockEnds(index, out);
            case "messageStop" -> into.stop(text(said, "stopReason"), "", out);
            case "metadata" -> {
                count(said.path("usage"), into);
                into.tier(text(said.path("serviceTier"), "type"));
                into.counted();
                into.done();
            }
            case "messageStart" -> {}
            default -> {
                var failure = ConverseErrors.inStream(type, said);
                if (failure == null) {
                    into.drop();
                } else {
                    into.error(failure);
                }
            }
        }
    }

    private static void delta(int index, JsonNode delta, BlockAnswer.Sink into, ByteArrayBuilder out) {
        var thought = delta.path("reasoningContent");
        if (delta.has("text")) {
            into.text(text(delta, "text"), out);
        } else if (delta.has("toolUse")) {
            into.input(index, text(delta.path("toolUse"), "input"), out);
        } else if (thought.has("redactedContent")) {
            into.redacted(text(thought, "redactedContent"), out);
        } else if (thought.isObject()) {
            into.thinking(index, text(thought, "text"), out);
            into.signature(index, text(thought, "signature"));
        } else {
            into.drop();
        }
    }

    private static void count(JsonNode usage, BlockAnswer.Sink into) {
        if (!usage.isObject()) {
            return;
        }
        var read = usage.path("cacheReadInputTokens").asLong();
        var written = usage.path("cacheWriteInputTokens").asLong();
        into.usage(
                new Usage(
                        usage.path("inputTokens").asLong() + read + written,
                        usage.path("outputTokens").asLong(),
                        read,
                        0),
                written);
    }
}
